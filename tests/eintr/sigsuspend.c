/*---
title: sigsuspend() opens a signal whose handler then runs; does it return, with SA_RESTART as well?
sender: self-worker
posix: required
posix-note: sigsuspend() returns after the handler has, always with EINTR. There is nothing else it could do.
spec: XSH sigsuspend()
source: [Linux kernel/signal.c sigsuspend(), FreeBSD sys/kern/kern_sig.c kern_sigsuspend()]
portable: Block the signal, look at the flag that the handler sets, and call sigsuspend() while it is not set.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int call(void)
{
	sigset_t none;
	int error = 0;

	sigemptyset(&none);
	if (sigsuspend(&none) == -1)
		error = errno;
	observe_yes("blocked-again", is_blocked(SIGUSR1));
	errno = error;
	return error == 0 ? 0 : -1;
}

int main(void)
{
	mask(SIG_BLOCK, SIGUSR1);
	interrupt_call("pause", call, NULL);
}
