/*---
title: SIGUSR1 is pending on the process and on its only thread, then it is unblocked; how often does the handler run
about: >-
  A system that merges the instances of a standard signal does so in each of two places: what is pending on the process,
  and what is pending on each thread.
sender: self-main
posix: implementation-defined
posix-note: >-
  Whether a signal that is sent again while it is pending is delivered more than once is left to the implementation.
spec: XSH 2.4.1
source: [Linux kernel/signal.c dequeue_signal(), FreeBSD sys/kern/kern_sig.c postsig()]
portable: Do not count on kill() and pthread_kill() to be merged into one run of the handler; it may run twice.
---*/
#include "handlers.h"

int main(void)
{
	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	mask(SIG_UNBLOCK, SIGUSR1);
	observe_count("handler-runs", handler_runs);
}
