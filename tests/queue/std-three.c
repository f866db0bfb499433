/*---
title: SIGUSR1 is sent three times while blocked, then unblocked; how often does the handler run
sender: self-main
posix: implementation-defined
posix-note: whether several instances of a standard signal are queued is implementation-defined
spec: XSH 2.4.1
source: [Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
bugs: [FreeBSD PR 212173]
differs:
  freebsd-*: Linux keeps one pending instance of a standard signal; FreeBSD queues every one
portable: >-
  Take a standard signal as a flag, not a count: look at everything that it may stand for each time it comes.
---*/
#include "handlers.h"

int main(void)
{
	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 3; i++)
		CHECK(kill(getpid(), SIGUSR1));
	mask(SIG_UNBLOCK, SIGUSR1);
	observe_count("handler-runs", handler_runs);
}
