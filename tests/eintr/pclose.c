/*---
title: a handler interrupts pclose(), which waits for its command; does it fail with EINTR, or wait on?
sender: self-worker
posix: required
posix-note: >-
  pclose() does not return before the command has ended, and EINTR is not among its errors. The standard's chapter on
  cancellation names it as a function that is required not to return when interrupted.
spec: XSH pclose(), XSH 2.9.5
source: [musl src/stdio/pclose.c, FreeBSD lib/libc/gen/popen.c]
portable: No loop is needed, and there must be none, as the stream is gone after pclose().
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;
static FILE *command;

static int call(void)
{
	return pclose(command) == -1 ? -1 : 0;
}

static void release(void)
{
	CHECK(write(gate.fd[1], "\n", 1));
}

int main(void)
{
	char line[32];

	gate = gate_new();
	snprintf(line, sizeof line, "read line <&%d", gate.fd[0]);
	if (!(command = popen(line, "r")))
		die("popen");
	interrupt_call("wait", call, release);
}
