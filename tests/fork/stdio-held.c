/*---
title: another thread holds a FILE's lock when main forks; can the child print to it?
sender: none
posix: undefined
posix-note: only async-signal-safe calls are allowed in the child of a threaded process
spec: XSH fork
source: [glibc posix/fork.c fresetlockfiles(), musl src/stdio/__lockfile.c __lockfile(), FreeBSD lib/libthr/thread/thr_fork.c _fork()]
portable: >-
  Write with write() and end with _exit() in the child of a threaded process: stdio may be locked by a thread that is
  not there.
hang: expected
differs:
  '*-musl': >-
    musl leaves the lock to a thread that the child does not have, so the child hangs, and its parent too; glibc frees
    the locks of all streams in the child, and FreeBSD's child is not threaded until it starts a thread, so that stdio
    takes no lock
---*/
#include "observe.h"

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

int main(void)
{
	struct worker worker;
	pid_t child;
	int status;

	if (!(file = fopen("printed", "w")))
		die("opening a file");
	locked = gate_new();
	done = gate_new();
	start(&worker, "holder", holder, NULL);
	gate_wait(&locked);
	CHECK(child = fork());
	if (child == 0) {
		observe("child", "prints");
		fputs("printed\n", file);
		observe("child", "printed");
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	gate_open(&done);
	finish(&worker);
}
