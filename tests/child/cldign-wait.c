/*---
title: a child exits while SIGCHLD is ignored; what does waitpid say
sender: kernel
posix: required
posix-note: a child whose parent ignores SIGCHLD leaves no status, and waitpid() fails with ECHILD once none is left
spec: XSH wait()
source: [Linux kernel/signal.c do_notify_parent(), FreeBSD sys/kern/kern_exit.c exit1()]
portable: >-
  Set SIGCHLD to SIG_DFL before starting children whose status matters: it may have been inherited as ignored.
---*/
#include "observe.h"

int main(void)
{
	pid_t child;

	handle(SIGCHLD, SIG_IGN, 0);
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	observe("waitpid", waitpid(child, NULL, 0) == -1 ? error_name(errno) : "reaped");
}
