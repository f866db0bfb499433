/*---
title: a handler interrupts semop(), which waits for a System V semaphore; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  Interrupted by a caught signal, semop() resumes in the manner prescribed by sigaction(), and with SA_RESTART that is a
  restart. No system here does so.
spec: XSH semop(), XSH sigaction()
source: [Linux ipc/sem.c do_semtimedop(), FreeBSD sys/kern/sysv_sem.c kern_semop()]
portable: Call semop() again after EINTR; SA_RESTART does not help.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/ipc.h>
#include <sys/sem.h>

static int semaphore;

static int add(short number)
{
	struct sembuf change = {.sem_op = number};
	return semop(semaphore, &change, 1);
}

static int call(void)
{
	return add(-1);
}

static void release(void)
{
	CHECK(add(1));
}

int main(void)
{
	CHECK(semaphore = semget(IPC_PRIVATE, 1, 0600));
	interrupt_call("semop", call, release);
	CHECK(semctl(semaphore, 0, IPC_RMID));
}
