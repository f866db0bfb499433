/*---
title: a worker forks holding a robust shared mutex; whose is it, and what if the child or the parent ends?
sender: external
posix: undefined
posix-note: >-
  the child of a multi-threaded process may only call async-signal-safe functions. The owner is a thread, and a fork
  does not make the child's one the owner
spec: XSH fork()
source: [glibc sysdeps/nptl/_Fork.c, musl src/process/_Fork.c __post_Fork(), FreeBSD lib/libthr/thread/thr_mutex.c
  _mutex_fork()]
portable: >-
  A mutex in shared memory stays with the parent: the child must neither unlock it nor count on it. Its end changes
  nothing, the parent's makes the mutex inconsistent.
---*/
#include "robust.h"

static struct gate forking, ended, tried, never;

static void end(void)
{
}

static void use_in_child(void)
{
	observe_trylock("trylock-in-child");
	observe("unlock-in-child", error_name(pthread_mutex_unlock(mutex)));
	gate_open(&forking);
	gate_wait(&ended);
	observe_trylock("trylock-after-parent");
	gate_open(&tried);
}

static void lock_and_fork(void)
{
	observe_lock("lock-of-parent");
	observe_end("first-child", forked(end));
	observe("unlock-after-first-child", error_name(pthread_mutex_unlock(mutex)));
	observe_lock("lock-of-parent");
	forked(use_in_child);
	gate_wait(&never);
}

static void be_parent(void)
{
	in_worker("worker", lock_and_fork);
}

int main(void)
{
	pid_t parent;

	forking = gate_new();
	ended = gate_new();
	tried = gate_new();
	never = gate_new();
	new_mutex(true);
	parent = forked(be_parent);
	gate_wait(&forking);
	observe_trylock("trylock-of-other");
	CHECK(kill(parent, SIGKILL));
	observe_end("parent", parent);
	gate_open(&ended);
	gate_wait(&tried);
}
