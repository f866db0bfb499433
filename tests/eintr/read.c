/*---
title: a handler interrupts read() on an empty pipe; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  read() fails with EINTR when a signal interrupts it before it has read anything. With SA_RESTART a function that can
  fail so restarts instead, unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH read()
source: [Linux fs/pipe.c pipe_read(), FreeBSD sys/kern/sys_pipe.c pipe_read()]
portable: Call read() again after EINTR, or give every handler SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;

static int call(void)
{
	char byte;
	return (int)read(gate.fd[0], &byte, 1);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	gate = gate_new();
	interrupt_call("read", call, release);
}
