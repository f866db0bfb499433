/*---
title: a child exits with 0x141, more than eight bits; how much of it do SIGCHLD, waitid() and waitpid() tell
sender: kernel
posix: required
posix-note: >-
  waitid() and the siginfo of SIGCHLD have the whole value that was given to exit(); wait() and waitpid() have the low
  eight bits.
spec: XSH _Exit(), 2.13
source: [Linux kernel/exit.c sys_exit_group(), FreeBSD sys/kern/kern_exit.c sys_sys_exit()]
differs:
  freebsd-*: Linux keeps the low eight bits only, for all three; FreeBSD keeps the whole value, as the standard asks
portable: Exit with values between 0 and 255.
---*/
#include "handlers.h"

static void observe_value(const char *key, int value)
{
	observe(key, value == 0x141 ? "whole" : value == 0x41 ? "eight bits" : "other");
}

int main(void)
{
	siginfo_t info;
	sigset_t set;
	pid_t child;
	int status;

	/* Without a handler FreeBSD would discard SIGCHLD at once. */
	handle(SIGCHLD, count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	CHECK(child = fork());
	if (child == 0)
		_exit(0x141);
	CHECK(sigwaitinfo(&set, &info));
	observe_value("sigchld", info.si_status);
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	observe_value("waitid", info.si_status);
	CHECK(waitpid(child, &status, 0));
	observe_value("waitpid", WEXITSTATUS(status));
}
