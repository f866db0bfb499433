/*---
title: a worker forks holding an error-checking mutex; may the child unlock it?
sender: none
posix: undefined
posix-note: only async-signal-safe calls are allowed in the child of a threaded process
spec: XSH fork
source: [glibc nptl/pthread_mutex_unlock.c, musl src/thread/pthread_mutex_unlock.c, FreeBSD lib/libthr/thread/thr_mutex.c _mutex_fork()]
differs:
  freebsd-*: >-
    glibc and musl keep the owner's thread id in the mutex, and the child's thread has another one; FreeBSD's libthr
    makes the child's thread the owner of all that the forking thread held
portable: >-
  Do not unlock in the child: initialise a fresh mutex there, or use posix_spawn() and have no such child.
---*/
#include "observe.h"

static pthread_mutex_t mutex;

static void *forker(void *unused)
{
	pid_t child;
	int status;

	CHECK0(pthread_mutex_lock(&mutex));
	CHECK(child = fork());
	if (child == 0) {
		observe("unlock-in-child", error_name(pthread_mutex_unlock(&mutex)));
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	return unused;
}

int main(void)
{
	struct worker worker;
	pthread_mutexattr_t attributes;

	CHECK0(pthread_mutexattr_init(&attributes));
	CHECK0(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK));
	CHECK0(pthread_mutex_init(&mutex, &attributes));
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
