/*---
title: a thread is cancelled in pthread_cond_wait while another one holds the mutex; does its cleanup handler begin only when it has the mutex
about: >-
  Cleanup handlers unlock the mutex, so they count on having it, even when the canceller took it first.
sender: none
posix: required
posix-note: >-
  Acting on a cancellation request in a condition wait takes the mutex again before the first cleanup handler is called.
spec: XSH 2.9.5, pthread_cond_wait()
source: [glibc nptl/pthread_cond_wait.c __condvar_cleanup_waiting(), musl src/thread/pthread_cond_timedwait.c, FreeBSD lib/libthr/thread/thr_cond.c cond_wait_kernel()]
portable: >-
  Push a handler that unlocks the mutex before the wait. A thread that cancels another while it holds that mutex must
  unlock it before it joins.
---*/
#include "ended.h"

static pthread_mutex_t mutex;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static volatile bool main_has_it;

static void clean_up(void *unused)
{
	(void)unused;
	observe_yes("main-has-mutex", main_has_it);
	/* An error-checking mutex tells whether it is the calling thread's. */
	observe("unlock-in-cleanup", error_name(pthread_mutex_unlock(&mutex)));
}

static void *wait_for_condition(void *unused)
{
	CHECK0(pthread_mutex_lock(&mutex));
	pthread_cleanup_push(clean_up, NULL);
	for (;;)
		CHECK0(pthread_cond_wait(&condition, &mutex));
	pthread_cleanup_pop(1);
	return unused;
}

int main(void)
{
	pthread_mutexattr_t attributes;
	struct worker worker;

	CHECK0(pthread_mutexattr_init(&attributes));
	CHECK0(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK));
	CHECK0(pthread_mutex_init(&mutex, &attributes));
	start(&worker, "w0", wait_for_condition, NULL);
	await_parked(getpid(), worker.tid, "lock");
	CHECK0(pthread_mutex_lock(&mutex));
	main_has_it = true;
	CHECK0(pthread_cancel(worker.thread));
	await_parked(getpid(), worker.tid, "lock");
	main_has_it = false;
	CHECK0(pthread_mutex_unlock(&mutex));
	observe_join(&worker);
}
