/*---
title: kill() and killpg() reach for a child that has ended, before and after it is waited for; what do they answer
sender: self-main
posix: required
posix-note: >-
  A process that has ended exists until it is waited for, and sending it a signal succeeds without effect. After that
  there is no such process: ESRCH.
spec: XSH kill()
source: [Linux kernel/signal.c kill_pid_info(), FreeBSD sys/kern/kern_sig.c kern_kill()]
portable: >-
  kill(pid, 0) does not tell whether a child is running, for a zombie counts as well. Wait for it with WNOHANG instead.
---*/
#include "observe.h"

static void observe_kill(const char *key, pid_t target)
{
	observe(key, kill(target, SIGTERM) == -1 ? error_name(errno) : "0");
}

int main(void)
{
	siginfo_t info;
	pid_t child;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(setpgid(0, 0));
		_exit(0);
	}
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	observe_kill("ended", child);
	observe_kill("ended-group", -child);
	CHECK(waitpid(child, NULL, 0));
	observe_kill("reaped", child);
	observe_kill("reaped-group", -child);
}
