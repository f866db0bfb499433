/*---
title: SIGCHLD is blocked and at its default action, a child exits; does sigtimedwait() accept SIGCHLD?
about: A program that reaps its children after sigwait() for SIGCHLD, without a handler, which it believes not to need.
sender: kernel
posix: unspecified
posix-note: >-
  The default action of SIGCHLD is to ignore it, and whether a signal that is blocked and ignored is discarded when it
  is generated is left to the system.
spec: XSH 2.4.1, XBD signal.h
source: [Linux kernel/signal.c sig_ignored() do_notify_parent(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: >-
    Linux keeps what is blocked even if its action is to ignore; FreeBSD discards it unless kern.sig_discard_ign is 0
portable: >-
  Install a handler for SIGCHLD, even one that never runs, before the first child that you mean to learn of with
  sigwait() is started.
---*/
#include "accepted.h"

int main(void)
{
	siginfo_t info;
	pid_t child;

	mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	CHECK(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
	observe_yes("pending", is_pending(SIGCHLD));
	observe_accepted("sigtimedwait", SIGCHLD);
}
