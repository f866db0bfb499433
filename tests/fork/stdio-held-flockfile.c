/*---
title: another thread holds a FILE's lock when main forks; can the child take it with flockfile()?
sender: none
posix: undefined
posix-note: the child of a multi-threaded process may only call async-signal-safe functions, and flockfile() is none
spec: XSH fork()
source: [glibc posix/fork.c fresetlockfiles(), musl src/stdio/flockfile.c, FreeBSD lib/libc/stdio/_flock_stub.c
  _flockfile()]
hang: expected
differs:
  '*-musl': >-
    musl leaves the lock to a thread that the child does not have; glibc frees the locks of all streams in the child
  freebsd-*: >-
    flockfile() takes a mutex whose owner the child does not have, while glibc has freed it; that FreeBSD's stdio takes
    no lock in a process of one thread helps only functions that lock by themselves
portable: >-
  A child forked by a process with threads must not touch stdio before exec: use write(), or flush and fork while no
  other thread can print.
---*/
#include "forked.h"

static FILE *file;
static struct gate locked, done;

static void *holder(void *unused)
{
	flockfile(file);
	gate_open(&locked);
	gate_wait(&done);
	funlockfile(file);
	return unused;
}

static void lock(void)
{
	observe("child", "locks");
	flockfile(file);
	observe("child", "locked");
}

int main(void)
{
	struct worker worker;

	if (!(file = fopen("printed", "w")))
		die("opening a file");
	locked = gate_new();
	done = gate_new();
	start(&worker, "holder", holder, NULL);
	gate_wait(&locked);
	observe_end("end-of-child", forked(lock));
	gate_open(&done);
	finish(&worker);
}
