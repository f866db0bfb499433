/*---
title: a thread is cancelled while it sleeps in a signal handler that interrupted no function; does it end there, or when the handler has returned
about: >-
  Few expect a handler that writes to a log or a pipe to be where their thread ends, in the middle of whatever the
  signal interrupted.
sender: self-main
posix: required
posix-note: >-
  A thread that is suspended at a cancellation point is to be cancelled there, also in a handler. It is undefined only
  if the handler interrupted a function that is not async-cancel-safe, and here it interrupts a loop.
spec: XSH 2.9.5
source: [glibc nptl/pthread_cancel.c, musl src/thread/pthread_cancel.c cancel_handler(), FreeBSD lib/libthr/thread/thr_sig.c handle_signal()]
differs:
  freebsd-*: >-
    FreeBSD's libthr disables cancellation while a handler runs, and acts on the request after that; with glibc and musl
    the thread ends in the handler
portable: >-
  Block the signals that threads handle while they may be cancelled, or have a thread that is never cancelled handle
  them all.
---*/
#include <sched.h>
#include "ended.h"

static volatile sig_atomic_t spinning, handler_entered;
static struct gate gate;

static void clean_up(void *unused)
{
	(void)unused;
	observe("cleanup-handler", "runs");
	gate_wait(&gate);
}

static void sleep_in_handler(int signo)
{
	(void)signo;
	handler_entered = 1;
	gate_wait(&gate);
	observe("handler", "goes on");
}

static void *spin(void *unused)
{
	pthread_cleanup_push(clean_up, NULL);
	while (!handler_entered)
		spinning = 1;
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	struct worker worker;

	gate = gate_new();
	handle(SIGUSR1, sleep_in_handler, 0);
	start(&worker, "w0", spin, NULL);
	/* Not through a gate, or the handler could interrupt the call that opens it. */
	while (!spinning)
		sched_yield();
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	await_parked(getpid(), worker.tid, "read");
	CHECK0(pthread_cancel(worker.thread));
	/* Asleep again: still in the handler, or in the cleanup handler. */
	await_parked(getpid(), worker.tid, "read");
	gate_open(&gate);
	gate_open(&gate);
	observe_join(&worker);
}
