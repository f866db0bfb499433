/*---
title: a handler interrupts select() without a timeout; does it fail with EINTR, or restart?
sender: self-worker
posix: implementation-defined
posix-note: with SA_RESTART a restart or EINTR, as the system documents; without it EINTR is required
spec: XSH pselect, EINTR
source: [Linux fs/select.c core_sys_select(), FreeBSD sys/kern/sys_generic.c kern_select()]
portable: Call select() again on EINTR with the time that is left; pselect() opens signals for the wait alone.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/select.h>

static struct gate gate;

static int call(void)
{
	fd_set readable;
	FD_ZERO(&readable);
	FD_SET(gate.fd[0], &readable);
	return select(gate.fd[0] + 1, &readable, NULL, NULL, NULL);
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
