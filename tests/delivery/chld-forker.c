/*---
title: a worker forks and the child exits, every thread is open; which thread runs the SIGCHLD handler
sender: kernel
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [Linux kernel/signal.c do_notify_parent() complete_signal(), FreeBSD sys/kern/kern_sig.c sigparent() sigtd()]
differs:
  freebsd-*: >-
    Linux notifies the thread that forked and prefers it; FreeBSD notifies the process, and its first open thread is
    main
portable: >-
  Do not count on the thread that forked, nor on main: block SIGCHLD everywhere and take it with sigwait() in one
  thread, or wait for each child where it was started.
---*/
#include "handlers.h"

static struct worker idle, forker;

static void *fork_child(void *main_tid)
{
	pid_t parent = getpid(), child;

	let_others_look();
	CHECK(child = fork());
	if (child == 0) {
		await_parked(parent, *(long *)main_tid, "read");
		await_parked(parent, idle.tid, "read");
		await_parked(parent, forker.tid, "read");
		_exit(0);
	}
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();

	handle_reporting(SIGCHLD);
	start(&idle, "w0", park, NULL);
	start(&forker, "w1", fork_child, &main_tid);
	gate_wait(&handled);
}
