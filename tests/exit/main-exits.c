/*---
title: main has called pthread_exit and another process kill()s, while a worker is left; is the signal handled, is its default action taken
about: >-
  A program that lets main end and lives on in its workers. On Linux the ended main thread stays as a zombie, shows as
  such in ps, and its id is still the process's.
sender: external
posix: required
posix-note: >-
  pthread_exit() ends one thread, main's too. A signal for the process is delivered to one of its threads that has it
  open. After the last thread the process ends as if by exit(0), atexit functions included.
spec: XSH 2.4.1, pthread_exit()
source: [Linux kernel/signal.c exit_signals(), FreeBSD sys/kern/kern_sig.c sigtd(), FreeBSD lib/libthr/thread/thr_exit.c exit_thread()]
bugs: [musl 0c277ff1]
axes: {action: [handler, default]}
portable: >-
  Main may leave with pthread_exit(): the process keeps handling signals in its other threads and ends with status 0
  after the last one.
---*/
#include "ended.h"
#include "external.h"
#include "handlers.h"

static struct external external;
static long main_tid;

static void at_exit(void)
{
	observe("atexit-thread", my_name);
}

static void *outlive(void *unused)
{
	await_ended(getpid(), main_tid);
	external_await(&external, thread_id(), "read");
	external_kill(&external, SIGTERM);
	gate_wait(&handled);
	return unused;
}

int main(void)
{
	struct worker worker;

	main_tid = thread_id();
	external = external_new();
	handled = gate_new();
	if (axis_is("action", "handler"))
		handle_reporting(SIGTERM);
	CHECK(atexit(at_exit));
	start(&worker, "w0", outlive, NULL);
	pthread_exit(NULL);
}
