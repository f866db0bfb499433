/*---
title: a handler runs on a thread that waits in pthread_mutex_lock() or pthread_mutex_timedlock(); does the wait go on?
sender: self-worker
posix: required
posix-note: After the handler the thread waits on as if it had not been interrupted. EINTR is forbidden.
spec: XSH pthread_mutex_lock(), XSH pthread_mutex_clocklock()
source:
  - musl src/thread/pthread_mutex_timedlock.c
  - FreeBSD lib/libthr/thread/thr_umtx.c __thr_umutex_timedlock()
portable: >-
  No loop is needed, and no handler can end the wait. A handler that needs the same mutex deadlocks where its holder is
  the thread it interrupted.
axes: {restart: [restart, no-restart], thread: [main, worker], timeout: [untimed, timed]}
---*/
#include "interrupted.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct gate locked, unlock;
static struct timespec timeout;
static bool timed;

static int call(void)
{
	errno = timed ? pthread_mutex_timedlock(&mutex, &timeout) : pthread_mutex_lock(&mutex);
	return errno == 0 ? 0 : -1;
}

static void release(void)
{
	gate_open(&unlock);
}

static void *hold(void *unused)
{
	CHECK0(pthread_mutex_lock(&mutex));
	gate_open(&locked);
	gate_wait(&unlock);
	CHECK0(pthread_mutex_unlock(&mutex));
	return unused;
}

int main(void)
{
	struct worker holder;

	timed = axis_is("timeout", "timed");
	CHECK(clock_gettime(CLOCK_REALTIME, &timeout));
	timeout.tv_sec += 3600;
	locked = gate_new();
	unlock = gate_new();
	start(&holder, "holder", hold, NULL);
	gate_wait(&locked);
	interrupt_call("lock", call, release);
	finish(&holder);
}
