/*---
title: a process is killed that holds a shared mutex, robust or not, for which another waits; what does its lock answer?
sender: external
posix: required
posix-note: EOWNERDEAD from a robust mutex; from one that is not robust nothing, the waiter waits on
spec: XSH pthread_mutex_lock()
source: [Linux kernel/futex/core.c handle_futex_death(), musl src/thread/pthread_mutex_timedlock.c, FreeBSD
  sys/kern/kern_umtx.c umtx_thread_cleanup()]
axes:
  mutex: [robust, stalled]
hang: expected
portable: >-
  Make every mutex robust that processes share, and handle EOWNERDEAD; or use a file lock, which the system releases.
---*/
#include "robust.h"

static struct gate held, never;

static void hold(void)
{
	observe_lock("lock-of-owner");
	gate_open(&held);
	gate_wait(&never);
}

static void *waiter(void *unused)
{
	observe_lock("lock-of-waiter");
	observe("unlock-of-waiter", error_name(pthread_mutex_unlock(mutex)));
	return unused;
}

int main(void)
{
	struct worker worker;
	pid_t owner;

	held = gate_new();
	never = gate_new();
	new_mutex(axis_is("mutex", "robust"));
	owner = forked(hold);
	gate_wait(&held);
	start(&worker, "waiter", waiter, NULL);
	await_parked(getpid(), worker.tid, "lock");
	CHECK(kill(owner, SIGKILL));
	observe_end("owner", owner);
	finish(&worker);
}
