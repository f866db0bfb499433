/*---
title: a handler interrupts waitid() for a running child; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  waitid() fails with EINTR when a signal interrupts it. With SA_RESTART a function that can fail so restarts instead,
  unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH waitid()
source: [FreeBSD sys/kern/kern_exit.c kern_wait6()]
portable: >-
  Call waitid() again after EINTR, or give every handler SA_RESTART. A child's status is not lost by an interruption.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;
static pid_t child;

static int call(void)
{
	siginfo_t info;
	return waitid(P_PID, (id_t)child, &info, WEXITED);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	gate = gate_new();
	CHECK(child = fork());
	if (child == 0) {
		gate_wait(&gate);
		_exit(0);
	}
	interrupt_call("wait", call, release);
}
