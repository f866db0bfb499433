/*---
title: a worker cancels main, which sleeps in pause; does main run its cleanup handler, and does the process live on in the worker
sender: none
posix: required
posix-note: >-
  Main is cancelled like any thread, as if it had called pthread_exit(): the process ends with status 0 after its last
  thread, and atexit functions run then.
spec: XSH 2.9.5, pthread_exit()
source: [musl src/thread/pthread_create.c __pthread_exit(), FreeBSD lib/libthr/thread/thr_exit.c exit_thread()]
portable: >-
  Cancelling main ends that thread and not the process. To end the process from a worker, call exit().
---*/
#include "ended.h"

static pthread_t main_thread;
static long main_tid;

static void clean_up(void *unused)
{
	(void)unused;
	observe("cleanup-thread", my_name);
}

static void at_exit(void)
{
	observe("atexit-thread", my_name);
}

static void *cancel_main(void *unused)
{
	await_parked(getpid(), main_tid, "pause");
	CHECK0(pthread_cancel(main_thread));
	await_ended(getpid(), main_tid);
	observe("worker", "goes on");
	return unused;
}

int main(void)
{
	struct worker worker;

	main_thread = pthread_self();
	main_tid = thread_id();
	CHECK(atexit(at_exit));
	start(&worker, "w0", cancel_main, NULL);
	pthread_cleanup_push(clean_up, NULL);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
}
