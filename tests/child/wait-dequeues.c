/*---
title: SIGCHLD is pending and blocked; does waitpid for that child, the only one, take it away
sender: kernel
posix: required
posix-note: a pending SIGCHLD is cleared by the wait, unless another child has a status to tell
spec: XSH wait()
source: [Linux kernel/exit.c wait_task_zombie(), FreeBSD sys/kern/kern_exit.c proc_reap()]
differs:
  freebsd-*: FreeBSD discards the child's SIGCHLD as the standard asks; Linux leaves it pending
portable: >-
  Expect a SIGCHLD for a child that was already reaped: waitpid() with WNOHANG tells that there is nothing to do.
---*/
#include "handlers.h"

int main(void)
{
	siginfo_t info;
	pid_t child;

	/* Without a handler FreeBSD would discard SIGCHLD at once. */
	handle(SIGCHLD, count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	observe_yes("pending-before-wait", is_pending(SIGCHLD));
	CHECK(waitpid(child, NULL, 0));
	observe_yes("pending-after-wait", is_pending(SIGCHLD));
}
