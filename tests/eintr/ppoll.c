/*---
title: ppoll() opens a signal that is blocked otherwise, and its handler runs; does it fail with EINTR, or restart?
sender: self-worker
# ppoll() came with the edition of 2024. poll() fails with EINTR and does not say what SA_RESTART does, as in poll.c.
posix: unverified
source: [Linux fs/select.c do_sys_poll(), FreeBSD sys/kern/sys_generic.c kern_poll()]
portable: An event loop calls again after EINTR; SA_RESTART does not help. The handler has run when ppoll() says EINTR.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;

static int call(void)
{
	struct pollfd fd = {.fd = gate.fd[0], .events = POLLIN};
	sigset_t none;

	sigemptyset(&none);
	return ppoll(&fd, 1, NULL, &none);
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
