/*---
title: main returns while a worker sleeps; does the process end with main's status, and do the worker's cleanup functions run
sender: none
posix: required
posix-note: >-
  Returning from main() is a call of exit(), which ends all threads. Threads that the end of the process terminates run
  neither their cancellation cleanup handlers nor the destructors of their thread-specific data.
spec: XSH exit(), _Exit()
source: [musl src/env/__libc_start_main.c, FreeBSD lib/csu/amd64/crt1_c.c, FreeBSD lib/libc/stdlib/exit.c]
portable: >-
  When main returns, the program is over, whatever its threads are doing. Join those that must finish, or end main with
  pthread_exit() instead.
---*/
#include "handlers.h"

static pthread_key_t key;

static void clean_up(void *unused)
{
	(void)unused;
	observe("cleanup-handler", "runs");
}

static void destroy(void *unused)
{
	(void)unused;
	observe("destructor", "runs");
}

static void at_exit(void)
{
	observe("atexit-thread", my_name);
}

static void *sleep_on(void *unused)
{
	CHECK0(pthread_setspecific(key, &key));
	pthread_cleanup_push(clean_up, NULL);
	park(NULL);
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	struct worker worker;

	CHECK0(pthread_key_create(&key, destroy));
	CHECK(atexit(at_exit));
	start(&worker, "w0", sleep_on, NULL);
	await_parked(getpid(), worker.tid, "read");
	return 3;
}
