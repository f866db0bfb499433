/*---
title: pselect() opens a signal that is blocked otherwise, and its handler runs; does it fail with EINTR, or restart?
sender: self-worker
posix: implementation-defined
posix-note: >-
  With SA_RESTART it is the system's choice whether pselect() restarts or fails with EINTR; without it EINTR is
  required.
spec: XSH pselect()
source: [Linux fs/select.c do_pselect(), FreeBSD sys/kern/sys_generic.c kern_pselect()]
portable: >-
  An event loop calls again after EINTR; SA_RESTART does not help. The handler has run when pselect() says EINTR.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/select.h>

static struct gate gate;

static int call(void)
{
	fd_set readable;
	sigset_t none;

	FD_ZERO(&readable);
	FD_SET(gate.fd[0], &readable);
	sigemptyset(&none);
	return pselect(gate.fd[0] + 1, &readable, NULL, NULL, NULL, &none);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	gate = gate_new();
	mask(SIG_BLOCK, SIGUSR1);
	interrupt_call("poll", call, release);
}
