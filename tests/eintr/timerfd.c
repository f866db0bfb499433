/*---
title: a handler interrupts read() on a timerfd that is armed; does it fail with EINTR, or restart?
sender: self-worker
posix: unverified
posix-note: timerfd is not in the standard.
source: [Linux fs/timerfd.c timerfd_read_iter()]
portable: Call read() again after EINTR, or give every handler SA_RESTART. FreeBSD has timerfd since 14.0.
systems: [linux]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <stdint.h>
#include <sys/timerfd.h>

static int timer;

static void arm(struct timespec after)
{
	CHECK(timerfd_settime(timer, 0, &(struct itimerspec){.it_value = after}, NULL));
}

static int call(void)
{
	uint64_t times;
	return (int)read(timer, &times, sizeof times);
}

static void release(void)
{
	arm((struct timespec){.tv_nsec = 1});
}

int main(void)
{
	CHECK(timer = timerfd_create(CLOCK_MONOTONIC, 0));
	arm((struct timespec){.tv_sec = 3600});
	interrupt_call("read", call, release);
}
