/*---
title: a thread with two cleanup handlers, thread-specific data and a blocked signal ends, cancelled or by pthread_exit; what runs, in which order, with which mask
sender: none
posix: required
posix-note: >-
  Cleanup handlers run last in first out, the destructors of thread-specific data after them. Nothing changes the
  thread's signal mask meanwhile, and the destructor of a value that a destructor has set runs in another round.
spec: XSH 2.9.5, pthread_exit(), pthread_key_create()
source: [musl src/thread/pthread_create.c __pthread_exit(), FreeBSD lib/libthr/thread/thr_exit.c exit_thread()]
axes: {end: [canceled, exits]}
portable: >-
  Count on cleanup handlers in reverse order, then destructors in any order, in the thread that ends and with its own
  signal mask.
---*/
#include "ended.h"
#include "handlers.h"

static pthread_key_t key;
static int rounds;

static void observe_mask(void)
{
	observe("mask", is_blocked(SIGUSR1) && !is_blocked(SIGUSR2) ? "the thread's" : "changed");
}

static void clean_up(void *which)
{
	observe("runs", which);
	observe_mask();
}

static void destroy(void *value)
{
	observe("runs", "destructor");
	observe_mask();
	if (++rounds == 1)
		CHECK0(pthread_setspecific(key, value));
}

static void *end(void *unused)
{
	mask(SIG_BLOCK, SIGUSR1);
	CHECK0(pthread_setspecific(key, &key));
	pthread_cleanup_push(clean_up, "first pushed");
	pthread_cleanup_push(clean_up, "last pushed");
	if (axis_is("end", "exits"))
		pthread_exit(NULL);
	park(NULL);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	struct worker worker;

	CHECK0(pthread_key_create(&key, destroy));
	start(&worker, "w0", end, NULL);
	if (axis_is("end", "canceled")) {
		await_parked(getpid(), worker.tid, "read");
		CHECK0(pthread_cancel(worker.thread));
	}
	finish(&worker);
}
