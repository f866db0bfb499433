/*---
title: a worker forks, and in the child its function returns; how does the child end, and do atexit() functions run?
sender: none
posix: undefined
posix-note: >-
  the process exits with status 0 when its last thread ends, as if by exit(); but the child of a multi-threaded process
  may only call async-signal-safe functions, and pthread_exit() is none
spec: XSH pthread_exit()
source: [glibc nptl/pthread_create.c start_thread(), musl src/thread/pthread_create.c __pthread_exit(), FreeBSD
  lib/libthr/thread/thr_exit.c exit_thread()]
portable: >-
  End a forked child by _exit() or exec. One whose thread returns runs the parent's atexit() functions and prints its
  buffers again.
---*/
#include "forked.h"

static void report_exit(void)
{
	observe("atexit", my_name);
}

static void *forker(void *unused)
{
	pid_t child;
	CHECK(child = fork());
	if (child != 0)
		observe_end("child", child);
	return unused;
}

int main(void)
{
	struct worker worker;
	atexit(report_exit);
	start(&worker, "worker", forker, NULL);
	finish(&worker);
	_exit(0);
}
