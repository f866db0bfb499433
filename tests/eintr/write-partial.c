/*---
title: a handler interrupts write() when the pipe took a part of the data; does it go on, fail, or return the part?
sender: self-worker
posix: required
posix-note: >-
  Interrupted after it has written some data, write() returns how much. SA_RESTART is about failing with EINTR only.
spec: XSH write()
source: [Linux fs/pipe.c pipe_write(), FreeBSD sys/kern/sys_generic.c dofilewrite()]
portable: >-
  Write in a loop that goes on with what is left. A short count needs no error, and SA_RESTART does not prevent it.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

/* More than a pipe holds on any system. */
enum { ALL = 1 << 20 };

static int ends[2], written;
static char bytes[ALL];

static int call(void)
{
	while (written < ALL) {
		int n = (int)write(ends[1], bytes, (size_t)(ALL - written));
		if (n == -1)
			return -1;
		written += n;
		if (written < ALL)
			interrupted.outcome = "short";
	}
	return 0;
}

static void release(void)
{
	static char drain[ALL];
	ssize_t n;

	for (int count = 0; count < ALL; count += (int)n)
		CHECK(n = read(ends[0], drain, sizeof drain));
}

int main(void)
{
	CHECK(pipe(ends));
	interrupt_call("write", call, release);
}
