/*---
title: a process has ended children in its own group and in another; which do waitpid(0) and waitpid(-group) find
sender: none
posix: required
posix-note: >-
  Zero stands for the children in the caller's process group, a negative number for those in that group, ended or not.
spec: XSH wait()
source: [Linux kernel/exit.c eligible_pid(), FreeBSD sys/kern/kern_exit.c proc_to_reap()]
portable: waitpid(-group, ...) works for a job of several processes, also when the group's leader has been waited for.
---*/
#include "observe.h"

static pid_t end(pid_t group, int code)
{
	siginfo_t info;
	pid_t child;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(setpgid(0, group));
		_exit(code);
	}
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	return child;
}

static void observe_wait(const char *key, pid_t which)
{
	int status;

	if (waitpid(which, &status, 0) == -1)
		observe(key, error_name(errno));
	else
		observe_status(key, status);
}

int main(void)
{
	pid_t leader;

	end(getpgrp(), 1);
	leader = end(0, 2);
	end(leader, 3);
	observe_wait("leader", leader);
	observe_wait("group", -leader);
	observe_wait("group", -leader);
	observe_wait("own-group", 0);
	observe_wait("own-group", 0);
}
