/*---
title: another thread holds a mutex when a worker forks; is it held in the child?
sender: none
posix: undefined
posix-note: the child has the mutex's state, but only async-signal-safe calls are allowed there
spec: XSH fork
source: [FreeBSD lib/libthr/thread/thr_mutex.c _mutex_fork()] # hands on only what the forking thread holds
portable: >-
  After fork() in a threaded process call nothing but async-signal-safe functions until exec, or use posix_spawn().
---*/
#include "observe.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *forker(void *unused)
{
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		observe("trylock-in-child", error_name(pthread_mutex_trylock(&mutex)));
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	return unused;
}

int main(void)
{
	struct worker worker;
	CHECK0(pthread_mutex_lock(&mutex));
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
