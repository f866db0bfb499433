/*---
title: ITIMER_PROF is armed and the process goes into pause(); does the timer fire?
sender: none
posix: unverified
posix-note: >-
  Up to its 2016 edition the standard has ITIMER_PROF run down only while the process runs or the system runs on its
  behalf; setitimer() was obsolescent then.
spec: XSH getitimer()
source: [Linux kernel/time/posix-cpu-timers.c check_process_timers(), FreeBSD sys/kern/kern_clock.c hardclock()]
hang: expected
quiet: 500 # longer than the timer
portable: Set ITIMER_REAL or a timer of CLOCK_MONOTONIC to bound a wait; timers of CPU time stand still while it lasts.
---*/
#include <sys/time.h>
#include "handlers.h"

int main(void)
{
	const struct itimerval timer = {.it_value.tv_usec = 200000};

	handle(SIGPROF, count_run, 0);
	CHECK(setitimer(ITIMER_PROF, &timer, NULL));
	pause();
	observe("pause", "returned");
}
