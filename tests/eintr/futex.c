/*---
title: a handler interrupts FUTEX_WAIT, with or without a timeout; does it fail with EINTR, or restart?
about: What pthreads are built on; umtx.c asks the same of FreeBSD's _umtx_op().
sender: self-worker
posix: unverified
posix-note: futexes are not in the standard.
source: [Linux kernel/futex/waitwake.c futex_wait()]
portable: Use POSIX semaphores, mutexes and condition variables; who calls futex() calls it again after EINTR.
systems: [linux]
axes: {restart: [restart, no-restart], thread: [main, worker], timeout: [untimed, timed]}
---*/
#include "interrupted.h"
#include <sys/syscall.h>

/* As in linux/futex.h, which is not among musl's headers. */
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1 };

static int word;
static struct timespec hour = {.tv_sec = 3600}, *timeout;

static int call(void)
{
	return (int)syscall(SYS_futex, &word, FUTEX_WAIT, 0, timeout);
}

static void release(void)
{
	CHECK(syscall(SYS_futex, &word, FUTEX_WAKE, 1));
}

int main(void)
{
	timeout = axis_is("timeout", "timed") ? &hour : NULL;
	interrupt_call("lock", call, release);
}
