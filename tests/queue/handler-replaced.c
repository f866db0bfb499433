/*---
title: a signal becomes pending while one handler is installed, then another is; which runs, and does the value reach it
about: >-
  The first handler has no SA_SIGINFO, so that the system need not queue the signal with its value.
sender: self-main
posix: unspecified
posix-note: >-
  The action is chosen when the signal is delivered. Without SA_SIGINFO it is not said whether sigqueue() queues its
  signals, nor whether their values are kept.
spec: XSH 2.4.1, 2.4.2
source: [Linux kernel/signal.c __send_signal(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
portable: Install the handler with SA_SIGINFO before anyone can send a value.
---*/
#include "handlers.h"

static void first(int signo)
{
	(void)signo;
	observe("handler", "first");
}

static void second(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)context;
	observe("handler", "second");
	observe_count("value", info->si_value.sival_int);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = second, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	handle(SIGRTMIN, first, 0);
	mask(SIG_BLOCK, SIGRTMIN);
	for (int i = 1; i <= 2; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}));
	CHECK(sigaction(SIGRTMIN, &action, NULL));
	mask(SIG_UNBLOCK, SIGRTMIN);
}
