/*---
title: a child exits under SA_NOCLDWAIT with a handler; is SIGCHLD sent, and what does waitpid say
sender: kernel
posix: implementation-defined
posix-note: whether SIGCHLD is sent is implementation-defined; that waitpid() fails with ECHILD is required
spec: XSH _exit(), wait()
source: [Linux kernel/signal.c do_notify_parent(), FreeBSD sys/kern/kern_exit.c exit1()]
differs:
  freebsd-*: Linux sends it all the same; FreeBSD gives the child to the reaper, which is sent it instead
portable: >-
  Do not combine SA_NOCLDWAIT with a handler: reap the children, or ask for no SIGCHLD at all.
---*/
#include "handlers.h"

int main(void)
{
	pid_t child;

	handle(SIGCHLD, count_run, SA_NOCLDWAIT);
	mask(SIG_BLOCK, SIGCHLD); /* so that it does not interrupt the wait */
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	observe("waitpid", waitpid(child, NULL, 0) == -1 ? error_name(errno) : "reaped");
	mask(SIG_UNBLOCK, SIGCHLD);
	observe_count("handler-runs", handler_runs);
}
