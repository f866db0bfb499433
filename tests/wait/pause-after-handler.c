/*---
title: a signal is handled just before the process starts to wait for it; does the wait end?
about: >-
  The race that makes pause() useless for waiting: the signal comes after the flag was looked at and before pause() is
  called. What is blocked until the wait begins cannot come in between.
sender: self-main
posix: required
posix-note: >-
  pause() waits for a delivery that is yet to come; a signal that is blocked stays pending until sigsuspend() opens it
  or sigwait() accepts it.
spec: XSH pause(), XSH sigsuspend(), XSH sigwait()
source:
  - Linux kernel/signal.c sys_pause() sigsuspend()
  - FreeBSD sys/kern/kern_sig.c kern_sigsuspend() kern_sigtimedwait()
hang: expected
portable: >-
  Block the signal first, then look at the flag, then wait with sigsuspend(), sigwait() or pselect(); never wait with
  pause() for a signal that may have come already.
axes: {wait: [pause, sigsuspend, sigwait]}
---*/
#include "accepted.h"
#include "handlers.h"

int main(void)
{
	sigset_t none, set = set_of(SIGUSR1);
	int signo;

	handle(SIGUSR1, count_run, 0);
	if (!axis_is("wait", "pause"))
		mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	observe_count("handler-runs-before", handler_runs);
	sigemptyset(&none);
	if (axis_is("wait", "pause"))
		pause();
	else if (axis_is("wait", "sigsuspend"))
		sigsuspend(&none);
	else
		CHECK0(sigwait(&set, &signo));
	observe("wait", "returned");
}
