/*---
title: a prepare handler of pthread_atfork() calls pthread_atfork(); does fork() return, and does the new handler run?
sender: none
posix: unspecified
posix-note: nothing is said of a handler that is registered while handlers run
spec: XSH pthread_atfork()
source: [glibc posix/register-atfork.c, musl src/thread/pthread_atfork.c, FreeBSD lib/libthr/thread/thr_fork.c]
bugs: [glibc commit 52a103e237]
hang: expected
differs:
  freebsd-*: libthr holds its list's lock for reading while handlers run, and pthread_atfork() wants it for writing
  '*-musl': musl holds its list's lock from the first prepare handler to the last of the others
  debian-11: >-
    glibc held its list's lock while handlers ran; since 2.36 it does not, and a new handler runs from the next fork on
portable: Register fork handlers before any thread may fork, never from a fork handler.
---*/
#include "forked.h"

static void late_child(void)
{
	observe("late-child-handler", "runs");
}

static void prepare(void)
{
	static bool done;
	observe("prepare", "registers");
	if (!done)
		CHECK0(pthread_atfork(NULL, NULL, late_child));
	done = true;
	observe("prepare", "registered");
}

static void end(void)
{
}

static void fork_in_worker(void)
{
	observe_end("child", forked(end));
	observe("fork", "again");
	observe_end("child", forked(end));
}

int main(void)
{
	CHECK0(pthread_atfork(prepare, NULL, NULL));
	in_worker("worker", fork_in_worker);
}
