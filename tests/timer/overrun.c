/*---
title: a timer expires many times while its signal is blocked; what does timer_getoverrun() say before and after the signal is accepted
sender: kernel
posix: required
posix-note: >-
  A timer has one signal pending at most; further expiries are overruns, which timer_getoverrun() tells once the signal
  is accepted. Before any was accepted its answer is unspecified.
spec: XSH timer_getoverrun()
source: [Linux kernel/signal.c send_sigqueue(), FreeBSD sys/kern/kern_time.c itimer_fire() itimer_accept()]
quiet: 1000
portable: Add the overruns to the signals when expiries are counted, and ask for them after each signal.
---*/
#include "timers.h"

static const char *count(int overruns)
{
	return overruns == 0 ? "0" : overruns >= 3 ? "several" : overruns > 0 ? "few" : "error";
}

int main(void)
{
	timer_t timer = timer_sending(SIGRTMIN, 7);
	siginfo_t info;

	mask(SIG_BLOCK, SIGRTMIN);
	arm(timer, 10, 10);
	let_pass(300);
	observe("before", count(timer_getoverrun(timer)));
	if (!arrives(SIGRTMIN, &info, 5000))
		die("waiting for the timer's signal");
	observe("after", count(timer_getoverrun(timer)));
	observe_yes("si-overrun-equal", info.si_overrun == timer_getoverrun(timer));
	observe("value", info.si_value.sival_int == 7 ? "kept" : "lost");
}
