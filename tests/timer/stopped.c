/*---
title: a periodic timer goes on while its process is stopped; how many expiries does the process learn of when it continues
about: >-
  The timer is one of timer_create() with a blocked signal, or a descriptor that counts expiries (Linux's timerfd,
  FreeBSD's EVFILT_TIMER).
sender: kernel
posix: required # for timer-create
posix-note: The clock goes on and the timer expires; what expires while its signal is pending is told as overrun.
spec: XSH timer_getoverrun()
source:
  - Linux fs/timerfd.c timerfd_read_iter()
  - FreeBSD sys/kern/kern_time.c itimer_proc_continue()
  - FreeBSD sys/kern/kern_event.c kqtimer_proc_continue()
axes: {timer: [timer-create, descriptor]}
quiet: 2000
portable: After a stop or a suspend many expiries may be told at once. Decide whether to catch up or to skip them.
---*/
#include "timers.h"
#ifdef __linux__
#include <sys/timerfd.h>
#else
#include <sys/event.h>
#endif

static int counter_new(void)
{
	int fd;
#ifdef __linux__
	const struct itimerspec period = {{0, 10000000}, {0, 10000000}};
	CHECK(fd = timerfd_create(CLOCK_MONOTONIC, 0));
	CHECK(timerfd_settime(fd, 0, &period, NULL));
#else
	struct kevent event;
	CHECK(fd = kqueue());
	EV_SET(&event, 1, EVFILT_TIMER, EV_ADD, 0, 10, NULL);
	CHECK(kevent(fd, &event, 1, NULL, 0, NULL));
#endif
	return fd;
}

static long long counter_read(int fd)
{
#ifdef __linux__
	unsigned long long expiries;
	CHECK(read(fd, &expiries, sizeof expiries));
	return (long long)expiries;
#else
	struct kevent event;
	CHECK(kevent(fd, NULL, 0, &event, 1, NULL));
	return event.data;
#endif
}

int main(void)
{
	pid_t child;

	CHECK(child = fork());
	if (child == 0) {
		bool descriptor = axis_is("timer", "descriptor");
		int fd = descriptor ? counter_new() : -1;
		long long expiries;
		siginfo_t info;

		mask(SIG_BLOCK, SIGRTMIN);
		if (!descriptor)
			arm(timer_sending(SIGRTMIN, 0), 10, 10);
		CHECK(raise(SIGSTOP));
		if (descriptor)
			expiries = counter_read(fd);
		else if (arrives(SIGRTMIN, &info, 5000))
			expiries = 1 + info.si_overrun;
		else
			die("waiting for the timer's signal");
		observe("expiries", expiries >= 20 ? "all" : expiries == 1 ? "one" : "some");
		_exit(0);
	}
	CHECK(waitpid(child, NULL, WUNTRACED));
	let_pass(400);
	CHECK(kill(child, SIGCONT));
	CHECK(waitpid(child, NULL, 0));
}
