/*---
title: pthread_kill() sends a signal three times to a thread that blocks it, which then unblocks it; how often does the handler run
sender: self-main
posix: implementation-defined
posix-note: >-
  Queueing is required of sigqueue() and its like only. Whether any other signal that is sent again while it is pending
  is delivered more than once is left to the implementation.
spec: XSH 2.4.1
source: [Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: Linux keeps one pending instance of a standard signal for each thread; FreeBSD queues every one
axes: {signal: [usr1, rtmin]}
portable: Let the handler set a flag, and count what the flag stands for, not the runs of the handler.
---*/
#include "handlers.h"

int main(void)
{
	int signo = axis_is("signal", "usr1") ? SIGUSR1 : SIGRTMIN;

	handle(signo, count_run, 0);
	mask(SIG_BLOCK, signo);
	for (int i = 0; i < 3; i++)
		CHECK0(pthread_kill(pthread_self(), signo));
	mask(SIG_UNBLOCK, signo);
	observe_count("handler-runs", handler_runs);
}
