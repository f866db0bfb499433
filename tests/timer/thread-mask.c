/*---
title: a timer notifies by SIGEV_THREAD and its creator blocks SIGUSR1 only; what does the notification's thread block
about: >-
  A thread that nobody in the program started: whatever it has open, it may be chosen to handle.
sender: kernel
posix: implementation-defined
posix-note: The mask of the thread that runs the notification function is left to the implementation.
spec: XSH 2.4.2
source: [glibc sysdeps/unix/sysv/linux/timer_routines.c, musl src/time/timer_create.c, FreeBSD lib/librt/sigev_thread.c]
quiet: 1000
differs:
  debian-11: >-
    glibc 2.31 opens all signals in the thread that notifies; 2.36 leaves them as its timer thread has them, all blocked
portable: Set the mask at the start of the notification function, or use SIGEV_SIGNAL and a thread of one's own.
---*/
#include "handlers.h"

static void notified(union sigval value)
{
	bool creators = is_blocked(SIGUSR1), other = is_blocked(SIGTERM);

	(void)value;
	observe("blocked", creators && other ? "all" : creators ? "creator's" : other ? "not creator's" : "none");
	gate_open(&handled);
}

int main(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD};
	const struct itimerspec soon = {.it_value.tv_nsec = 10000000};
	timer_t timer;

	handled = gate_new();
	event.sigev_notify_function = notified;
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(timer_settime(timer, 0, &soon, NULL));
	gate_wait(&handled);
}
