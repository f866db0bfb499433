/*---
title: a pending signal whose default is to do nothing is set to its default; is it still pending
sender: self-main
posix: required
posix-note: >-
  To set the default for a signal whose default action is to be ignored, SIGCHLD or SIGURG, discards it when it is
  pending. SIGCONT's default is to continue, and SIGWINCH is not in the edition of 2016.
spec: XSH 2.4.3
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
axes: {signal: [chld, urg, winch, cont]}
portable: >-
  Wait for SIGCHLD with sigwait() only while it has a handler, though none ever runs: at its default it may be
  discarded.
---*/
#include "handlers.h"

int main(void)
{
	int signo = axis_is("signal", "chld") ? SIGCHLD : axis_is("signal", "urg") ? SIGURG :
		axis_is("signal", "winch") ? SIGWINCH : SIGCONT;

	mask(SIG_BLOCK, signo);
	handle(signo, count_run, 0);
	CHECK(kill(getpid(), signo));
	observe_yes("pending", is_pending(signo));
	handle(signo, SIG_DFL, 0);
	observe_yes("pending-default", is_pending(signo));
	handle(signo, count_run, 0);
	mask(SIG_UNBLOCK, signo);
	observe_count("handler-runs", handler_runs);
}
