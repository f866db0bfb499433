/*---
title: >-
  two threads wait for a robust mutex whose owner is killed, and the first to get it does not mend it; what gets the
  second?
sender: external
posix: required
posix-note: >-
  the first gets EOWNERDEAD; once it has unlocked the mutex as it was, all attempts to lock it fail with
  ENOTRECOVERABLE, those that wait already among them
spec: XSH pthread_mutexattr_getrobust()
source: [glibc nptl/pthread_mutex_unlock.c, musl src/thread/pthread_mutex_unlock.c, FreeBSD sys/kern/kern_umtx.c
  umtx_thread_cleanup()]
hang: expected
portable: Handle ENOTRECOVERABLE wherever EOWNERDEAD is handled; another thread may have given the mutex up meanwhile.
---*/
#include "robust.h"

static struct gate held, never;

static void hold(void)
{
	observe_lock("lock-of-owner");
	gate_open(&held);
	gate_wait(&never);
}

static void *waiter(void *answer)
{
	*(int *)answer = pthread_mutex_lock(mutex);
	if (*(int *)answer == EOWNERDEAD)
		CHECK0(pthread_mutex_unlock(mutex));
	return NULL;
}

int main(void)
{
	struct worker workers[2];
	int answers[2], first;
	pid_t owner;

	held = gate_new();
	never = gate_new();
	new_mutex(true);
	owner = forked(hold);
	gate_wait(&held);
	for (int i = 0; i < 2; i++) {
		start(&workers[i], "waiter", waiter, &answers[i]);
		await_parked(getpid(), workers[i].tid, "lock");
	}
	CHECK(kill(owner, SIGKILL));
	observe_end("owner", owner);
	finish(&workers[0]);
	finish(&workers[1]);
	first = answers[0] == EOWNERDEAD ? 0 : 1; /* which of the two is not asked */
	observe("lock-of-first", error_name(answers[first]));
	observe("lock-of-second", error_name(answers[1 - first]));
}
