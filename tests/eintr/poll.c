/*---
title: a handler interrupts poll() without a timeout; does it fail with EINTR, or restart?
sender: self-worker
posix: unverified
posix-note: sigaction() asks for a restart "unless otherwise specified", and poll() does not say otherwise
source: ["Linux fs/select.c do_restart_poll() (never after a handler)", FreeBSD sys/kern/sys_generic.c sys_poll()]
portable: >-
  Call poll() again on EINTR with the time that is left, or keep signals out: block them, and take them in ppoll() or
  through a descriptor.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;

static int call(void)
{
	struct pollfd fd = {.fd = gate.fd[0], .events = POLLIN};
	return poll(&fd, 1, -1);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	gate = gate_new();
	interrupt_call("poll", call, release);
}
