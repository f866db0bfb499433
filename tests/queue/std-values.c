/*---
title: SIGUSR1 is sent by sigqueue() with the values 1, 2 and 3 while blocked; which of them arrive
sender: self-main
posix: implementation-defined
posix-note: >-
  Realtime behaviour, so that signals are queued with their values, is required between SIGRTMIN and SIGRTMAX. Whether
  other signals have it is left to the implementation.
spec: XBD <signal.h>
source: [Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: Linux keeps the first instance of a standard signal and drops the others; FreeBSD queues every one
portable: Send values with realtime signals only; those of standard signals are lost where one is pending already.
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
	CHECK(sigaction(SIGUSR1, &action, NULL));
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 1; i <= 3; i++)
		CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = i}));
	mask(SIG_UNBLOCK, SIGUSR1);
}
