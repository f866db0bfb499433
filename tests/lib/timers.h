/*
 * Timers that send a signal, and the passing of time. Time is what the tests of timer/ are about: they let it pass, but
 * where a state tells that a timer has expired, they wait for that.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include "observe.h"
#include <sys/time.h>

UNUSED_OK static timer_t timer_sending(int signo, int value)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signo};
	timer_t timer;

	event.sigev_value.sival_int = value;
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	return timer;
}

/* Both in milliseconds; an interval of 0 for a single expiry, a first of 0 disarms. */
UNUSED_OK static void arm(timer_t timer, int first, int interval)
{
	struct itimerspec spec = {
		.it_value = {first / 1000, first % 1000 * 1000000L},
		.it_interval = {interval / 1000, interval % 1000 * 1000000L},
	};

	CHECK(timer_settime(timer, 0, &spec, NULL));
}

/* The same for the process's ITIMER_REAL. */
UNUSED_OK static void arm_itimer(int first, int interval)
{
	struct itimerval value = {
		.it_value = {first / 1000, first % 1000 * 1000},
		.it_interval = {interval / 1000, interval % 1000 * 1000},
	};

	CHECK(setitimer(ITIMER_REAL, &value, NULL));
}

UNUSED_OK static void let_pass(int milliseconds)
{
	struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

	while (nanosleep(&left, &left) == -1)
		if (errno != EINTR)
			die("nanosleep");
}

/* Returns once the signal, which the caller blocks, is pending; ends the run after ten seconds. */
UNUSED_OK static void await_pending(int signo)
{
	for (int i = 0; !is_pending(signo); i++) {
		errno = ETIMEDOUT;
		if (i == 10000)
			die("waiting for a timer to expire");
		let_pass(1);
	}
}

/* Whether a blocked signal arrives within that time; takes it. */
UNUSED_OK static bool arrives(int signo, siginfo_t *info, int milliseconds)
{
	struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	return sigtimedwait(&set, info, &limit) == signo;
}

#endif
