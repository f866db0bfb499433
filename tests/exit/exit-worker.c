/*---
title: a worker calls exit or _exit while main sleeps or is in a handler; is its status the process's, and who runs the atexit function
about: >-
  A worker that gives up calls exit(), whatever main is doing just then. The functions that main registered then run in
  the worker, while main goes on.
sender: self-worker
posix: required
posix-note: >-
  exit() ends the process whichever thread calls it, with that call's status, and first calls the registered functions;
  _exit() calls none of them. Nothing is said of other threads having to be somewhere.
spec: XSH exit(), _Exit()
source: [glibc stdlib/exit.c, musl src/exit/exit.c, FreeBSD lib/libc/stdlib/exit.c]
axes: {call: [exit, immediate-exit], main: [sleeps, in-handler]}
portable: >-
  Any thread may end the process with exit(). Write atexit functions so that they work in any thread while the others
  still run, or end with _exit().
---*/
#include "handlers.h"

static void at_exit(void)
{
	observe("atexit-thread", my_name);
}

static void stay_in_handler(int signo)
{
	report_thread(signo);
	park(NULL);
}

static pthread_t main_thread;

static void *leave(void *main_tid)
{
	if (axis_is("main", "in-handler")) {
		CHECK0(pthread_kill(main_thread, SIGUSR1));
		gate_wait(&handled);
	}
	await_parked(getpid(), *(long *)main_tid, "read");
	if (axis_is("call", "exit"))
		exit(3);
	_exit(3);
}

int main(void)
{
	long main_tid = thread_id();
	struct worker worker;

	main_thread = pthread_self();
	handled = gate_new();
	handle(SIGUSR1, stay_in_handler, 0);
	CHECK(atexit(at_exit));
	start(&worker, "w0", leave, &main_tid);
	park(NULL);
}
