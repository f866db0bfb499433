/*---
title: a handler interrupts UMTX_OP_WAIT_UINT, with or without a timeout; does it fail with EINTR, or restart?
about: What libthr is built on; futex.c asks the same of Linux's futex().
sender: self-worker
posix: unverified
posix-note: _umtx_op() is not in the standard.
source: [FreeBSD sys/kern/kern_umtx.c do_wait()]
portable: Use POSIX semaphores, mutexes and condition variables; who calls _umtx_op() calls it again after EINTR.
systems: [freebsd]
axes: {restart: [restart, no-restart], thread: [main, worker], timeout: [untimed, timed]}
---*/
#include "interrupted.h"
#include <sys/umtx.h>

static u_int word;
static struct timespec hour = {.tv_sec = 3600}, *timeout;

static int call(void)
{
	return _umtx_op(&word, UMTX_OP_WAIT_UINT, 0, NULL, timeout);
}

static void release(void)
{
	CHECK(_umtx_op(&word, UMTX_OP_WAKE, 1, NULL, NULL));
}

int main(void)
{
	timeout = axis_is("timeout", "timed") ? &hour : NULL;
	interrupt_call("lock", call, release);
}
