/*---
title: two signals are blocked and pending, sigsuspend() opens both; how many handlers run before it returns?
sender: self-main
posix: unspecified
posix-note: >-
  sigsuspend() returns after the signal-catching function of a delivered signal has returned; whether another pending
  signal that the mask opens is delivered before that, and in which order, is not said.
spec: XSH sigsuspend(), XSH 2.4.1
source:
  - Linux kernel/signal.c sigsuspend() get_signal()
  - FreeBSD sys/kern/kern_sig.c kern_sigsuspend() postsig()
  - FreeBSD lib/libthr/thread/thr_sig.c __thr_sigaction() handle_signal()
differs:
  freebsd-*: >-
    with an empty sa_mask both handlers run on Linux, the second signal's inside the first's; in a program linked with
    FreeBSD's libthr a handler starts with all signals blocked, whatever its sa_mask, so one runs and the other signal
    stays pending
portable: >-
  After a return from sigsuspend() look at the flags of all handlers, and call it again until the one you wait for is
  set. Where only one handler may run at a time, name the other signals in its sa_mask.
axes: {sa-mask: [empty, full]}
---*/
#include "handlers.h"

static void report_signal(int signo)
{
	observe("handler-runs", signal_name(signo));
}

int main(void)
{
	struct sigaction action = {.sa_handler = report_signal};
	sigset_t none;

	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	if (axis_is("sa-mask", "full"))
		sigfillset(&action.sa_mask);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(sigaction(SIGUSR2, &action, NULL));
	CHECK(kill(getpid(), SIGUSR1));
	CHECK(kill(getpid(), SIGUSR2));
	sigemptyset(&none);
	sigsuspend(&none);
	observe("sigsuspend", error_name(errno));
	observe_yes("left-pending", is_pending(SIGUSR1) || is_pending(SIGUSR2));
	observe_yes("mask-restored", is_blocked(SIGUSR1) && is_blocked(SIGUSR2));
}
