/*
 * What the tests of eintr/ share: one blocking call, made by main or a worker (axis `thread`), interrupted by a handler
 * with or without SA_RESTART (axis `restart`). The sender aims at the calling thread, so that no other can be the one
 * interrupted, and only once it is seen blocked. It releases the call when it is seen blocked again after the handler:
 * restarted by the system, or called again by us after EINTR. Reports `handler-thread` and `call: EINTR | restarted`.
 */
#ifndef INTERRUPTED_H
#define INTERRUPTED_H

#include "handlers.h"
#include "observe.h"

static struct {
	const char *parked; /* the call's word for await_parked() */
	int (*call)(void); /* -1 and errno when it fails */
	void (*release)(void); /* ends the call; NULL if nothing but time can, and then the call is made once */
	const char *outcome; /* what to report; a call that can be interrupted without failing says so here */
	pthread_t thread;
	long tid;
} interrupted;

static void *interrupt(void *unused)
{
	await_parked(getpid(), interrupted.tid, interrupted.parked);
	CHECK0(pthread_kill(interrupted.thread, SIGUSR1));
	gate_wait(&handled);
	if (interrupted.release) {
		await_parked(getpid(), interrupted.tid, interrupted.parked);
		interrupted.release();
	}
	return unused;
}

static void *interrupted_caller(void *unused)
{
	struct worker sender;

	interrupted.outcome = "restarted";
	interrupted.thread = pthread_self();
	interrupted.tid = thread_id();
	start(&sender, "sender", interrupt, NULL);
	while (interrupted.call() == -1) {
		interrupted.outcome = error_name(errno);
		if (errno != EINTR || !interrupted.release)
			break;
	}
	observe("call", interrupted.outcome);
	finish(&sender);
	return unused;
}

static void interrupt_call(const char *parked, int (*call)(void), void (*release)(void))
{
	struct worker caller;

	interrupted.parked = parked;
	interrupted.call = call;
	interrupted.release = release;
	handled = gate_new();
	handle(SIGUSR1, report_thread, axis_is("restart", "restart") ? SA_RESTART : 0);
	if (axis_is("thread", "main")) {
		interrupted_caller(NULL);
	} else {
		start(&caller, "worker", interrupted_caller, NULL);
		finish(&caller);
	}
}

#endif
