/*---
title: SIGALRM comes from setitimer() or from a timer of timer_create(); what does si_code say
sender: kernel
posix: implementation-defined
posix-note: >-
  SI_TIMER stands for a timer of timer_settime() alone. An interval timer has a code of the system's own, which is none
  of the standard's.
spec: XSH 2.4.3
source: [Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_sig.c kern_psignal()]
axes: {timer: [setitimer, timer-create]}
quiet: 1000
portable: >-
  SI_TIMER tells a timer of timer_create(). Do not tell SIGALRM of setitimer() or alarm() from that of kill() by
  si_code.
---*/
#include "codes.h"
#include "timers.h"

int main(void)
{
	siginfo_t info;

	mask(SIG_BLOCK, SIGALRM);
	if (axis_is("timer", "setitimer"))
		arm_itimer(10, 0);
	else
		arm(timer_sending(SIGALRM, 7), 10, 0);
	if (!arrives(SIGALRM, &info, 5000))
		die("waiting for the timer's signal");
	observe("si-code", code_name(SIGALRM, info.si_code));
}
