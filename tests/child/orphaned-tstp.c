/*---
title: SIGTSTP or SIGSTOP is raised in a process whose group is orphaned; does it stop
about: >-
  So it is in a daemon, and in whatever a program starts without a terminal: nobody is there who would continue it.
sender: self-main
posix: required
posix-note: >-
  SIGTSTP, SIGTTIN and SIGTTOU are discarded where they would stop a member of an orphaned group. SIGSTOP is not among
  them.
spec: XSH 2.4.3
source: [Linux kernel/signal.c get_signal(), FreeBSD sys/kern/kern_proc.c enterpgrp() orphanpg()]
axes: {signal: [tstp, stop]}
differs:
  freebsd-*: >-
    FreeBSD marks a group as orphaned when a process of it, or a parent, ends or changes group; one that setsid() has
    just made, as here, is not marked yet, so SIGTSTP stops the process. Linux looks at the group when the signal comes
portable: To stop a process for certain, send SIGSTOP. SIGTSTP only asks, and in a daemon nobody listens.
---*/
#include "observe.h"

int main(void)
{
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(raise(axis_is("signal", "tstp") ? SIGTSTP : SIGSTOP));
		_exit(0);
	}
	CHECK(waitpid(child, &status, WUNTRACED));
	observe_status("wait", status);
	if (WIFSTOPPED(status))
		CHECK(kill(child, SIGKILL));
}
