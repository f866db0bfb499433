/*---
title: a handler interrupts sem_timedwait() long before its timeout; does it fail with EINTR, or restart?
sender: self-worker
posix: unspecified
posix-note: EINTR is among the errors with which it may fail
spec: XSH sem_clockwait
source:
  - Linux kernel/futex/waitwake.c futex_wait()
  - glibc nptl/sem_waitcommon.c
  - musl src/thread/__timedwait.c __timedwait_cp()
  - FreeBSD sys/kern/kern_umtx.c do_sem2_wait()
differs:
  '*-musl': >-
    with SA_RESTART, since 1.1.21, musl waits again as long as the process has never installed a handler without that
    flag; Linux restarts no futex wait that has a timeout, and glibc passes its EINTR on
  freebsd-*: with SA_RESTART, FreeBSD restarts a wait until an absolute time
portable: >-
  Loop while errno is EINTR: the timeout is absolute, so nothing is to be computed anew.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static sem_t semaphore;
static struct timespec timeout;

static int call(void)
{
	return sem_timedwait(&semaphore, &timeout);
}

static void release(void)
{
	CHECK(sem_post(&semaphore));
}

int main(void)
{
	CHECK(sem_init(&semaphore, 0, 0));
	CHECK(clock_gettime(CLOCK_REALTIME, &timeout));
	timeout.tv_sec += 3600;
	interrupt_call("lock", call, release);
}
