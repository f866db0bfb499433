/*---
title: a handler runs on a thread in pthread_cond_wait(); does the wait go on, or end without a cause?
about: "The axis `cond`: of threads of one process, or shared between processes, with a mutex alike."
sender: self-worker
posix: unspecified
posix-note: After the handler the wait is resumed, or returns zero as a spurious wakeup. EINTR is forbidden.
spec: XSH pthread_cond_clockwait()
source:
  - musl src/thread/pthread_cond_timedwait.c
  - FreeBSD lib/libthr/thread/thr_cond.c
  - FreeBSD sys/kern/kern_umtx.c do_cv_wait()
differs:
  freebsd-*: >-
    FreeBSD keeps the wait for a shared condition variable in the kernel, which ends it for a handler, and libthr
    returns zero; other waits go on below the program
portable: Wait in a loop that looks at the predicate. Never take a return as a sign that somebody signalled.
axes: {restart: [restart, no-restart], thread: [main, worker], cond: [private, shared]}
---*/
#include "interrupted.h"

static pthread_mutex_t mutex;
static pthread_cond_t condition;
static bool ready;

static int call(void)
{
	int error = 0;

	CHECK0(pthread_mutex_lock(&mutex));
	while (!ready && error == 0) {
		error = pthread_cond_wait(&condition, &mutex);
		if (!ready && error == 0)
			interrupted.outcome = "spurious-0";
	}
	CHECK0(pthread_mutex_unlock(&mutex));
	errno = error;
	return error == 0 ? 0 : -1;
}

static void release(void)
{
	CHECK0(pthread_mutex_lock(&mutex));
	ready = true;
	CHECK0(pthread_cond_signal(&condition));
	CHECK0(pthread_mutex_unlock(&mutex));
}

int main(void)
{
	int shared = axis_is("cond", "shared") ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	pthread_mutexattr_t of_mutex;
	pthread_condattr_t of_condition;

	CHECK0(pthread_mutexattr_init(&of_mutex));
	CHECK0(pthread_mutexattr_setpshared(&of_mutex, shared));
	CHECK0(pthread_mutex_init(&mutex, &of_mutex));
	CHECK0(pthread_condattr_init(&of_condition));
	CHECK0(pthread_condattr_setpshared(&of_condition, shared));
	CHECK0(pthread_cond_init(&condition, &of_condition));
	interrupt_call("lock", call, release);
}
