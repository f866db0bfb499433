/*---
title: SIGUSR1 is sent two hundred times while blocked, then unblocked; how often does the handler run
about: >-
  A system that queues every instance of a standard signal has a limit too, and kill() has no way to say that it was
  reached.
sender: self-main
posix: implementation-defined
posix-note: >-
  Whether a signal that is sent again while it is pending is delivered more than once is left to the implementation.
spec: XSH 2.4.1
source: [Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
bugs: [FreeBSD PR 212173]
differs:
  freebsd-*: >-
    Linux keeps one pending instance of a standard signal; FreeBSD queues as many as kern.sigqueue.max_pending_per_proc
    allows a process, 128, and all that come after them count as one more
portable: >-
  Never count events by the runs of a handler. Let the handler set a flag, and count what the flag stands for.
---*/
#include "handlers.h"

int main(void)
{
	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 200; i++)
		CHECK(kill(getpid(), SIGUSR1));
	mask(SIG_UNBLOCK, SIGUSR1);
	observe_count("handler-runs", handler_runs);
}
