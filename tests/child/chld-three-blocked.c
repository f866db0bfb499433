/*---
title: three children exit while SIGCHLD is blocked, then it is unblocked before any is reaped; how often does the handler run
sender: kernel
posix: implementation-defined
posix-note: whether instances of one standard signal are queued is implementation-defined
spec: XSH 2.4.1
source: [Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigparent()]
differs:
  freebsd-*: Linux keeps one pending instance of a standard signal; FreeBSD queues a SIGCHLD for each child
portable: >-
  Call waitpid() with WNOHANG until it has nothing more to tell, in each handler or after each sigwait(): the number of
  SIGCHLDs says nothing.
---*/
#include "handlers.h"

int main(void)
{
	handle(SIGCHLD, count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	for (int i = 0; i < 3; i++) {
		siginfo_t info;
		pid_t child;

		CHECK(child = fork());
		if (child == 0)
			_exit(0);
		CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	}
	mask(SIG_UNBLOCK, SIGCHLD);
	observe_count("handler-runs", handler_runs);
}
