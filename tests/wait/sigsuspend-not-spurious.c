/*---
title: main and a worker in sigsuspend() are open for a signal, main takes it; does the worker's sigsuspend() return?
sender: external
posix: required
posix-note: >-
  A thread is suspended until a signal is delivered, to that thread, that a function catches or that ends the process.
spec: XSH sigsuspend()
source: [Linux kernel/signal.c sigsuspend() complete_signal(), FreeBSD sys/kern/kern_sig.c kern_sigsuspend() sigtd()]
portable: >-
  A return from sigsuspend() means that a handler ran in this thread, but not which: let the handler set a flag, and
  call sigsuspend() again until it is set.
---*/
#include "external.h"
#include "handlers.h"

static void *suspend(void *unused)
{
	sigset_t none;

	mask(SIG_BLOCK, SIGUSR1);
	sigemptyset(&none);
	sigsuspend(&none);
	observe("sigsuspend", error_name(errno));
	observe_count("handlers-run-before", handler_runs);
	return unused;
}

int main(void)
{
	struct external external = external_new();
	struct worker worker;

	handle_reporting(SIGUSR1);
	start(&worker, "w0", suspend, NULL);
	external_await(&external, worker.tid, "pause");
	external_await(&external, thread_id(), "read");
	external_kill(&external, SIGUSR1);
	gate_wait(&handled);
	await_parked(getpid(), worker.tid, "pause");
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	finish(&worker);
}
