/*---
title: a child ends before the handler for SIGCHLD is installed; does the handler still run
sender: kernel
posix: unspecified
posix-note: >-
  Whether a SIGCHLD is generated for a child that has ended already is unspecified when its handler is installed, and so
  is whether a blocked signal whose action is to ignore it stays pending.
spec: XSH 2.4.1, 2.4.3
source: [Linux kernel/signal.c sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: >-
    Linux keeps a SIGCHLD that comes while it is blocked, whatever its action; FreeBSD discards it while its action is
    to ignore it
axes: {chld: [open, blocked]}
portable: Install the handler before the first fork(), or look for ended children with WNOHANG once it is installed.
---*/
#include "handlers.h"

int main(void)
{
	siginfo_t info;
	pid_t child;

	if (axis_is("chld", "blocked"))
		mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	handle(SIGCHLD, count_run, 0);
	mask(SIG_UNBLOCK, SIGCHLD);
	observe_count("handler-runs", handler_runs);
}
