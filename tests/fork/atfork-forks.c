/*---
title: a child's handler of pthread_atfork() forks; does that fork() return, and do the handlers run again?
sender: none
posix: unverified
posix-note: >-
  a child's handler may only call async-signal-safe functions when the process had several threads; fork() was one
  in the editions before POSIX.1-2024
spec: XSH pthread_atfork()
source: [glibc posix/register-atfork.c, musl src/thread/pthread_atfork.c __fork_handler(), FreeBSD
  lib/libthr/thread/thr_fork.c]
hang: expected
differs:
  debian-11: >-
    glibc before 2.36 (commit 52a103e237) holds the lock of its list while the handlers run, and the child waits for it
  '*-musl': >-
    musl holds its list's lock from the first prepare handler to the last of the others, and the child waits for it
portable: Never fork from a fork handler. Where a child is to fork at once, do it after fork() has returned.
---*/
#include "forked.h"

static int depth;

static void end(void)
{
	observe("grandchild", "begins");
}

static void prepare(void)
{
	observe("prepare", depth == 0 ? "in the parent" : "in the child");
}

static void child(void)
{
	observe("child-handler", depth == 0 ? "in the child" : "in the grandchild");
	if (depth++ == 0)
		observe_end("end-of-grandchild", forked(end));
}

static void fork_in_worker(void)
{
	pid_t pid;
	CHECK(pid = fork());
	if (pid == 0)
		_exit(0);
	observe_end("end-of-child", pid);
}

int main(void)
{
	CHECK0(pthread_atfork(prepare, NULL, child));
	in_worker("worker", fork_in_worker);
}
