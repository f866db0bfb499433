/*---
title: a worker kill()s its own process, every thread is open; which thread runs the handler
sender: self-worker
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
differs:
  freebsd-*: Linux prefers the main thread; FreeBSD prefers the sending thread if it has the signal open
portable: >-
  Block the signal in main before the first thread starts, and take it in one thread with sigwait(): then there is no
  choice to depend on.
---*/
#include "handlers.h"

static struct worker idle, sender;

static void *kill_process(void *main_tid)
{
	/* On FreeBSD any running thread may take a process's pending signal, so the others must sleep. */
	await_parked(getpid(), *(long *)main_tid, "read");
	await_parked(getpid(), idle.tid, "read");
	CHECK(kill(getpid(), SIGUSR1));
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();

	handle_reporting(SIGUSR1);
	start(&idle, "w0", park, NULL);
	start(&sender, "w1", kill_process, &main_tid);
	gate_wait(&handled);
}
