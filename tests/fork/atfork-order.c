/*---
title: two sets of pthread_atfork() handlers; in which order, and in which thread, do they run?
sender: none
posix: required
posix-note: prepare handlers run last to first, parent and child handlers first to last, in the thread that forks
spec: XSH pthread_atfork
source: [glibc posix/register-atfork.c, musl src/thread/pthread_atfork.c, FreeBSD lib/libthr/thread/thr_fork.c]
portable: >-
  The order is safe to build on: register what is used by others first.
---*/
#include "observe.h"

static struct gate forked; /* the parent's handlers first: each process's order is asked, not the one between them */

static void first_prepare(void) { observe("prepare", "first"), observe("prepare-thread", my_name); }
static void first_parent(void) { observe("parent", "first"), observe("parent-thread", my_name); }
static void first_child(void) { gate_wait(&forked), observe("child", "first"), observe("child-thread", my_name); }
static void second_prepare(void) { observe("prepare", "second"); }
static void second_parent(void) { observe("parent", "second"); }
static void second_child(void) { observe("child", "second"); }

static void *forker(void *unused)
{
	pid_t child;
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	gate_open(&forked);
	CHECK(waitpid(child, NULL, 0));
	return unused;
}

int main(void)
{
	struct worker worker;
	forked = gate_new();
	CHECK0(pthread_atfork(first_prepare, first_parent, first_child));
	CHECK0(pthread_atfork(second_prepare, second_parent, second_child));
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
