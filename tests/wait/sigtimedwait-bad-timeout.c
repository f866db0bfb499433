/*---
title: sigtimedwait() is called with a timeout that is none, a signal pending or not; EINVAL, or the signal?
sender: self-main
posix: unspecified
posix-note: >-
  EINVAL is an error it may fail with, and a system should look for it only if no signal is pending and it has to wait.
spec: XSH sigtimedwait()
source: [Linux kernel/signal.c do_sigtimedwait(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()]
differs:
  freebsd-*: Linux looks at the timeout first; FreeBSD takes a pending signal and never looks
portable: >-
  Keep tv_nsec between 0 and 999999999, after a subtraction of times above all; a bad one may go unnoticed for long.
axes: {signal: [pending, none]}
---*/
#include "accepted.h"

int main(void)
{
	const struct timespec bad = {.tv_nsec = 1000000000};
	sigset_t set = set_of(SIGUSR1);
	int accepted;

	mask(SIG_BLOCK, SIGUSR1);
	if (axis_is("signal", "pending"))
		CHECK(kill(getpid(), SIGUSR1));
	accepted = sigtimedwait(&set, NULL, &bad);
	observe("sigtimedwait", accepted == -1 ? error_name(errno) : signal_name(accepted));
	observe_yes("left-pending", is_pending(SIGUSR1));
}
