/*---
title: a timer with SIGEV_THREAD expires, its creator blocks one signal of two; which thread calls the function, with which signals blocked
about: >-
  The C library starts the thread, so its mask says who else may be chosen for the process's signals, and what a program
  that the function starts inherits.
sender: kernel
posix: implementation-defined
posix-note: >-
  The function is called as if in a new thread, and that thread's signal mask is implementation-defined.
spec: XSH 2.4.2, timer_create()
source: [glibc sysdeps/unix/sysv/linux/timer_routines.c timer_sigev_thread(), musl src/time/timer_create.c start(), FreeBSD lib/librt/sigev_thread.c sigev_thread_create()]
quiet: 1000
differs:
  debian-11: >-
    glibc 2.31 opens all signals in the thread that notifies; 2.36 leaves them as its timer thread has them, all blocked
portable: >-
  Let the function set the signal mask that it needs, above all before it starts a program: it may begin with every
  signal blocked.
---*/
#include "handlers.h"

static pthread_t creator;

static void notify(union sigval unused)
{
	bool other = is_blocked(SIGUSR1), creators = is_blocked(SIGUSR2);

	(void)unused;
	observe("thread", pthread_equal(creator, pthread_self()) ? "creator" : "another");
	observe("blocked", other && creators ? "both" : creators ? "the creator's" : other ? "the other" : "none");
	gate_open(&handled);
}

int main(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify};
	const struct itimerspec soon = {.it_value.tv_nsec = 5000000};
	timer_t timer;

	creator = pthread_self();
	handled = gate_new();
	mask(SIG_BLOCK, SIGUSR2);
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(timer_settime(timer, 0, &soon, NULL));
	gate_wait(&handled);
}
