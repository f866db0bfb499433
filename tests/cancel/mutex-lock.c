/*---
title: a thread is cancelled while it waits in pthread_mutex_lock; does it get the mutex first, and end at its next cancellation point
sender: none
posix: required
posix-note: >-
  pthread_mutex_lock() is not among the cancellation points, and a system may not add one.
spec: XSH 2.9.5, pthread_mutex_lock()
source: [musl src/thread/pthread_mutex_timedlock.c, FreeBSD lib/libthr/thread/thr_mutex.c]
portable: >-
  A thread that waits for a mutex cannot be cancelled there: who wants to be rid of it has to unlock the mutex.
---*/
#include "ended.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile bool locked; /* main reports it: observe() has a cancellation point */

static void *lock(void *unused)
{
	CHECK0(pthread_mutex_lock(&mutex));
	locked = true;
	CHECK0(pthread_mutex_unlock(&mutex));
	pthread_testcancel();
	return unused;
}

int main(void)
{
	struct worker worker;

	CHECK0(pthread_mutex_lock(&mutex));
	start(&worker, "w0", lock, NULL);
	await_parked(getpid(), worker.tid, "lock");
	CHECK0(pthread_cancel(worker.thread));
	await_parked(getpid(), worker.tid, "lock");
	CHECK0(pthread_mutex_unlock(&mutex));
	observe_join(&worker);
	observe_yes("mutex-locked", locked);
}
