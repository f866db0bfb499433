/*---
title: a handler interrupts system(), which waits for its command; does it fail with EINTR, or wait on?
sender: self-worker
posix: required
posix-note: system() does not return before the command has ended, and EINTR is not among its errors.
spec: XSH system()
source: [glibc sysdeps/posix/system.c, musl src/process/system.c, FreeBSD lib/libc/stdlib/system.c]
portable: No loop is needed, and there must be none, as it would run the command again.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;
static char command[32];

static int call(void)
{
	return system(command) == -1 ? -1 : 0;
}

static void release(void)
{
	CHECK(write(gate.fd[1], "\n", 1));
}

int main(void)
{
	gate = gate_new();
	snprintf(command, sizeof command, "read line <&%d", gate.fd[0]);
	interrupt_call("wait", call, release);
}
