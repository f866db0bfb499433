/*---
title: a handler interrupts write() on a full pipe, before anything is written; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  write() fails with EINTR when a signal interrupts it before it has written anything. With SA_RESTART a function that
  can fail so restarts instead, unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH write()
source: [Linux fs/pipe.c pipe_write(), FreeBSD sys/kern/sys_pipe.c pipe_write()]
portable: Call write() again after EINTR, or give every handler SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int ends[2];
static char bytes[4096];

static int call(void)
{
	return (int)write(ends[1], bytes, 1);
}

static void release(void)
{
	CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK));
	while (read(ends[0], bytes, sizeof bytes) > 0)
		;
}

int main(void)
{
	CHECK(pipe(ends));
	CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK));
	for (size_t size = sizeof bytes; size > 0; size /= 8)
		while (write(ends[1], bytes, size) > 0)
			;
	CHECK(fcntl(ends[1], F_SETFL, 0));
	interrupt_call("write", call, release);
}
