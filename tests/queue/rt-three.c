/*---
title: a realtime signal is queued three times with values while blocked, then unblocked; which values arrive, in which order
sender: self-main
posix: required
posix-note: signals sent by sigqueue() are queued in the order sent if the handler has SA_SIGINFO
spec: XSH sigqueue()
source: [Linux kernel/signal.c collect_signal(), FreeBSD sys/kern/kern_sig.c sigqueue_get()]
portable: >-
  Use sigqueue() with a realtime signal and SA_SIGINFO where each event counts, and look at EAGAIN: the queue is
  bounded.
---*/
#include "handlers.h"

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)context;
	observe_count("value", info->si_value.sival_int);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	CHECK(sigaction(SIGRTMIN, &action, NULL));
	mask(SIG_BLOCK, SIGRTMIN);
	for (int i = 1; i <= 3; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}));
	mask(SIG_UNBLOCK, SIGRTMIN);
}
