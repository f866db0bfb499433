/*---
title: a worker's vfork() child lives on; do other threads run, and does a signal reach the worker meanwhile?
sender: self-main
posix: unverified # vfork() is in no edition since Issue 7
source: [Linux kernel/fork.c wait_for_vfork_done(), FreeBSD sys/kern/kern_fork.c fork_rfppwait()]
portable: >-
  The thread that called vfork() handles no signal until the child has called exec or ended; other threads go on. What a
  child does before exec must therefore be short. posix_spawn() is built on it on these systems.
---*/
#include "forked.h"
#include "handlers.h"

static struct gate released;

static void *forker(void *unused)
{
	pid_t child;
	CHECK(child = vfork());
	if (child == 0) {
		gate_wait(&released);
		_exit(0);
	}
	observe_end("child", child);
	return unused;
}

int main(void)
{
	struct worker worker;
	released = gate_new();
	handle_reporting(SIGUSR1);
	start(&worker, "worker", forker, NULL);
	await_parked(getpid(), worker.tid, "vfork");
	observe("main", "runs");
	CHECK0(pthread_kill(worker.thread, SIGUSR1));
	await_parked(getpid(), worker.tid, "vfork");
	observe("handler-ran", handler_runs ? "during vfork" : "not yet");
	gate_open(&released);
	gate_wait(&handled);
	finish(&worker);
}
