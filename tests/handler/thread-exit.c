/*---
title: a handler calls pthread_exit() in a worker parked in read(); does the thread end, and the process go on
sender: self-main
posix: undefined
posix-note: pthread_exit() is not among the functions that are safe in a handler.
spec: XSH 2.4.3
source: [FreeBSD lib/libthr/thread/thr_exit.c]
portable: >-
  It ends the thread on Linux and FreeBSD, but locks that the interrupted code held stay locked. Have the handler set a
  flag, or cancel the thread.
---*/
#include "observe.h"

static char value;

static void end_thread(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
	pthread_exit(&value);
}

static void *park_here(void *unused)
{
	struct gate never = gate_new();
	gate_wait(&never);
	return unused;
}

int main(void)
{
	struct worker worker;
	void *result;

	handle(SIGUSR1, end_thread, SA_RESTART);
	start(&worker, "w0", park_here, NULL);
	await_parked(getpid(), worker.tid, "read");
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	CHECK0(pthread_join(worker.thread, &result));
	observe_yes("value-kept", result == &value);
}
