/*---
title: a worker is signalled by main; on whose stack does the handler run, and whose thread-local data does it see
sender: self-main
posix: required
posix-note: >-
  Without an alternate stack the handler runs on the current stack of the thread that the signal is delivered to.
spec: XSH sigaction()
source: [Linux arch/x86/kernel/signal.c get_sigframe(), FreeBSD sys/amd64/amd64/exec_machdep.c sendsig()]
portable: >-
  A handler runs as a call made by the thread that it interrupts, with its stack and its errno. Thread-local data may be
  read there if it exists already: its first use may allocate.
---*/
#include <stdint.h>

#include "observe.h"

static uintptr_t main_frame, worker_frame;
static struct gate reported;

/* Stacks lie further apart than a few frames are deep. */
static bool is_near(uintptr_t frame)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	return here < frame && frame - here < 65536;
}

static void report(int signo)
{
	(void)signo;
	observe("thread-local-data", my_name);
	observe("stack", is_near(worker_frame) ? "w0" : is_near(main_frame) ? "main" : "other");
	gate_open(&reported);
}

static void *park_here(void *worker)
{
	struct gate never = gate_new();

	(void)worker;
	worker_frame = (uintptr_t)__builtin_frame_address(0);
	gate_wait(&never);
	return NULL;
}

int main(void)
{
	struct worker worker;

	main_frame = (uintptr_t)__builtin_frame_address(0);
	reported = gate_new();
	handle(SIGUSR1, report, SA_RESTART);
	start(&worker, "w0", park_here, NULL);
	await_parked(getpid(), worker.tid, "read");
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	gate_wait(&reported);
}
