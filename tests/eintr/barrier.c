/*---
title: a handler runs on a thread that waits at a pthread_barrier; does the wait go on?
sender: self-worker
posix: required
posix-note: After the handler the thread waits on while not all threads have arrived. EINTR is forbidden.
spec: XSH pthread_barrier_wait()
source:
  - musl src/thread/pthread_barrier_wait.c
  - FreeBSD lib/libthr/thread/thr_barrier.c
portable: No loop is needed, and no handler can end the wait.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static pthread_barrier_t barrier;

static int call(void)
{
	int error = pthread_barrier_wait(&barrier);
	errno = error == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : error;
	return errno == 0 ? 0 : -1;
}

static void release(void)
{
	call();
}

int main(void)
{
	CHECK0(pthread_barrier_init(&barrier, NULL, 2));
	interrupt_call("lock", call, release);
}
