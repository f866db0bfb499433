/*---
title: main holds a FILE's lock and sleeps, a worker calls exit(), which flushes all streams; does the process end, is the text written
about: >-
  Main is in the middle of printing, or stopped while it holds a stream's lock, when a worker gives up and exits.
sender: none
posix: unverified
posix-note: >-
  exit() flushes all streams with unwritten data. That every function which refers to a stream takes its lock is said
  of the functions that are given one; whether exit() may go past a lock that another thread holds is not said there.
spec: XSH exit(), flockfile()
source: [glibc libio/genops.c _IO_cleanup(), musl src/stdio/__stdio_exit.c close_file(), FreeBSD lib/libc/stdio/findfp.c _cleanup()]
hang: expected
differs:
  debian-1[12]: >-
    glibc 2.41 and musl wait in exit() for the lock of each stream that they flush; glibc 2.36 and before flush them all
    the same
  freebsd-*: FreeBSD's exit() flushes all streams, whoever holds their locks
portable: >-
  Do not hold a stream's lock while you wait for anything. A thread that must end the process at once, whatever the
  others hold, flushes what it needs itself and calls _exit().
---*/
#include <sys/stat.h>
#include "handlers.h"

static void *leave(void *main_tid)
{
	await_parked(getpid(), *(long *)main_tid, "read");
	exit(3);
}

int main(void)
{
	long main_tid = thread_id();
	struct worker worker;
	struct stat status;
	pid_t child;
	int ended;
	FILE *file;

	CHECK(child = fork());
	if (child != 0) {
		CHECK(waitpid(child, &ended, 0));
		observe_status("process", ended);
		CHECK(stat("printed", &status));
		observe_yes("flushed", status.st_size > 0);
		return 0;
	}
	main_tid = thread_id();
	if (!(file = fopen("printed", "w")))
		die("opening a file");
	fputs("text", file);
	flockfile(file);
	start(&worker, "w0", leave, &main_tid);
	park(NULL);
}
