/*---
title: a handler interrupts fgets() when half a line is there; does it fail with EINTR, and does the half come back?
sender: self-worker
posix: unspecified
posix-note: >-
  fgets() fails with EINTR when the read below is interrupted, and with SA_RESTART that restarts. After a failure what
  is in the array is indeterminate, and nothing is said of the bytes that were read.
spec: XSH fgets(), XSH fgetc()
source: [glibc libio/iofgets.c, musl src/stdio/fgets.c, FreeBSD lib/libc/stdio/fgets.c]
portable: >-
  Give every handler SA_RESTART where stdio reads from pipes, sockets or terminals. After EINTR a stream cannot be read
  on without loss; a program that wants handlers to end its reads uses read() with a buffer of its own.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int ends[2];
static FILE *stream;

static int call(void)
{
	char line[16];

	if (!fgets(line, sizeof line, stream)) {
		clearerr(stream);
		return -1;
	}
	observe("line", strcmp(line, "abcd\n") == 0 ? "whole" : strcmp(line, "cd\n") == 0 ? "rest" : "other");
	return 0;
}

static void release(void)
{
	CHECK(write(ends[1], "cd\n", 3));
}

int main(void)
{
	CHECK(pipe(ends));
	CHECK(write(ends[1], "ab", 2));
	if (!(stream = fdopen(ends[0], "r")))
		die("fdopen");
	interrupt_call("read", call, release);
}
