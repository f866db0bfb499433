/*---
title: a handler interrupts clock_nanosleep() until an absolute time; does it return EINTR, or sleep on?
sender: self-worker
posix: required
posix-note: >-
  The sleep lasts until the time or until a handler is invoked, and then returns EINTR. SA_RESTART is no exception.
spec: XSH clock_nanosleep()
source: [Linux kernel/time/hrtimer.c hrtimer_nanosleep(), FreeBSD sys/kern/kern_time.c kern_clock_nanosleep()]
portable: Call again with the same absolute time while it returns EINTR. It is returned, not put into errno.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int call(void)
{
	struct timespec until;

	/* Long enough for the signal to come first on any machine, short of the deadline should the sleep go on. */
	CHECK(clock_gettime(CLOCK_MONOTONIC, &until));
	until.tv_sec += 20;
	return (errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL)) == 0 ? 0 : -1;
}

int main(void)
{
	interrupt_call("sleep", call, NULL);
}
