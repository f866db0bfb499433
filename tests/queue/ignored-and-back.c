/*---
title: a blocked signal is pending on process and thread, its action is set to ignore and back to a handler; does it still arrive
sender: self-main
posix: required
posix-note: >-
  Setting the action to ignore the signal discards what is pending, blocked or not, and so does SIG_DFL where the
  default action is to ignore. Queued values go as well.
spec: XSH 2.4.3
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
axes: {signal: [usr1, rtmin, urg]} # SIGURG is ignored by default: it is set to SIG_DFL
portable: >-
  Setting SIG_IGN and the handler back is a way to drop what is pending. Where that is not wanted, block the signal and
  leave its action alone.
---*/
#include "handlers.h"

int main(void)
{
	bool urg = axis_is("signal", "urg");
	int signo = urg ? SIGURG : axis_is("signal", "usr1") ? SIGUSR1 : SIGRTMIN;

	handle(signo, count_run, 0);
	mask(SIG_BLOCK, signo);
	CHECK(kill(getpid(), signo));
	CHECK(kill(getpid(), signo));
	CHECK0(pthread_kill(pthread_self(), signo));
	handle(signo, urg ? SIG_DFL : SIG_IGN, 0);
	observe_yes("pending-while-ignored", is_pending(signo));
	handle(signo, count_run, 0);
	mask(SIG_UNBLOCK, signo);
	observe_count("handler-runs", handler_runs);
}
