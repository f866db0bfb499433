/*---
title: a handler interrupts nanosleep(); does it fail with EINTR, and is the time left told?
sender: self-worker
posix: required
posix-note: the sleep lasts until a handler has run, SA_RESTART or not
spec: XSH nanosleep
source: [Linux kernel/time/hrtimer.c hrtimer_nanosleep(), FreeBSD sys/kern/kern_time.c kern_clock_nanosleep()]
portable: >-
  Sleep again for what is left while errno is EINTR; clock_nanosleep() with TIMER_ABSTIME does so without drifting.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int call(void)
{
	/* Long enough for the signal to come first on any machine, short of the deadline should the sleep go on. */
	struct timespec asked = {.tv_sec = 20}, left = {0};
	int result = nanosleep(&asked, &left);

	/* No bound above: Linux counts from the latest time it may wake, so right at the start more is left than was asked. */
	observe_yes("time-left", left.tv_sec > 0);
	return result;
}

int main(void)
{
	interrupt_call("sleep", call, NULL);
}
