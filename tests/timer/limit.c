/*---
title: no more signals can be queued; can a timer be created, and does its signal arrive
about: >-
  A Linux process lowers its RLIMIT_SIGPENDING first; the limit of FreeBSD is reached anyway.
sender: kernel
posix: implementation-defined
posix-note: timer_create() fails with EAGAIN where the resources for its signal are lacking. When that is, is not said.
spec: XSH timer_create()
source: [Linux kernel/signal.c sigqueue_alloc(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: >-
    on Linux a timer takes its place in the queue when it is created, from what RLIMIT_SIGPENDING allows the user;
    FreeBSD has the place in the timer itself and does not count it
quiet: 1000
portable: Create timers at the start of the program, and check for EAGAIN. One that exists can always send its signal.
---*/
#include "timers.h"
#include <sys/resource.h>

int main(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
	timer_t before = timer_sending(SIGRTMIN + 2, 0), timer;
	siginfo_t info;

	for (int i = 0; i < 3; i++)
		mask(SIG_BLOCK, SIGRTMIN + i);
#ifdef RLIMIT_SIGPENDING
	CHECK(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){20, 20}));
#endif
	for (int i = 0; sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0; i++)
		if (i == 10000)
			die("filling the queue");
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) == -1) {
		observe("timer-create", error_name(errno));
	} else {
		observe("timer-create", "0");
		arm(timer, 10, 0);
		observe("signal", arrives(SIGRTMIN + 1, &info, 5000) ? "arrived" : "none");
	}
	arm(before, 10, 0);
	observe("older-timer", arrives(SIGRTMIN + 2, &info, 5000) ? "arrived" : "none");
}
