/*---
title: timer_create() is given no sigevent; which signal comes, and is its value the timer's ID
sender: kernel
posix: required
posix-note: >-
  Without a sigevent the effect is as with SIGEV_SIGNAL, a default signal number, and the timer's ID for a value.
spec: XSH timer_create()
source: [musl src/time/timer_create.c, FreeBSD sys/kern/kern_time.c kern_ktimer_create(), FreeBSD lib/librt/timer.c __timer_create()]
differs:
  freebsd-*: >-
    FreeBSD's kernel gives its own number of the timer for a value, but the program knows the timer by the address of
    what librt keeps of it; on Linux both are what timer_create() told
quiet: 1000
portable: Always pass a sigevent, with a value of one's own.
---*/
#include "timers.h"

int main(void)
{
	siginfo_t info;
	timer_t timer;

	mask(SIG_BLOCK, SIGALRM);
	CHECK(timer_create(CLOCK_MONOTONIC, NULL, &timer));
	arm(timer, 10, 0);
	if (!arrives(SIGALRM, &info, 5000))
		die("waiting for SIGALRM");
	observe("signal", signal_name(info.si_signo));
	observe_yes("value-is-id", info.si_value.sival_ptr == (void *)timer || info.si_value.sival_int == (int)(long)timer);
}
