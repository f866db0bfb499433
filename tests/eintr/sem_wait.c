/*---
title: a handler interrupts sem_wait(); does it fail with EINTR, or restart?
sender: self-worker
posix: unspecified
posix-note: EINTR is among the errors with which it may fail
spec: XSH sem_wait
source:
  - Linux kernel/futex/waitwake.c futex_wait()
  - glibc nptl/sem_waitcommon.c
  - musl src/thread/__timedwait.c __timedwait_cp()
  - FreeBSD sys/kern/kern_umtx.c do_sem2_wait()
portable: >-
  Loop while errno is EINTR: whether the flag of the handler restarts it is not promised.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static sem_t semaphore;

static int call(void)
{
	return sem_wait(&semaphore);
}

static void release(void)
{
	CHECK(sem_post(&semaphore));
}

int main(void)
{
	CHECK(sem_init(&semaphore, 0, 0));
	interrupt_call("lock", call, release);
}
