/*---
title: one signal is pending on a thread, another on the process, and the thread ends, by returning or cancelled; what is then pending for main
sender: self-main
posix: required
posix-note: >-
  A signal that was generated for a thread can be delivered to no other; that of the process stays pending until some
  thread takes it.
spec: XSH 2.4.1
source: [Linux kernel/signal.c exit_signals(), FreeBSD sys/kern/kern_sig.c tdsigcleanup()]
axes: {end: [returns, canceled]}
portable: >-
  A thread that ends takes the signals sent to it by pthread_kill() along. What must not be lost is sent to the process.
---*/
#include "ended.h"
#include "handlers.h"

static struct gate leave;

static void *end(void *unused)
{
	gate_wait(&leave);
	return unused;
}

int main(void)
{
	struct worker worker;

	leave = gate_new();
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	start(&worker, "w0", end, NULL);
	await_parked(getpid(), worker.tid, "read");
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	CHECK(kill(getpid(), SIGUSR2));
	if (axis_is("end", "canceled"))
		CHECK0(pthread_cancel(worker.thread));
	else
		gate_open(&leave);
	observe_join(&worker);
	await_ended(getpid(), worker.tid);
	observe_yes("thread-signal-pending", is_pending(SIGUSR1));
	observe_yes("process-signal-pending", is_pending(SIGUSR2));
}
