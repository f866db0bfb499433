/*---
title: the only thread signals its own process; has the handler run when kill, sigqueue and raise return
sender: self-main
posix: required
posix-note: the signal is delivered before the call returns if no other thread has it open or waits for it
spec: XSH kill(), sigqueue(), raise()
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
portable: >-
  It holds for a process with a single thread only: with others, the handler may run in one of them, later; use raise()
  or pthread_kill() to signal oneself.
---*/
#include "handlers.h"

static void observe_handled(const char *call)
{
	observe_yes(call, handler_runs == 1);
	handler_runs = 0;
}

int main(void)
{
	handle(SIGUSR1, count_run, 0);
	CHECK(kill(getpid(), SIGUSR1));
	observe_handled("handled-in-kill");
	CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){0}));
	observe_handled("handled-in-sigqueue");
	CHECK(raise(SIGUSR1));
	observe_handled("handled-in-raise");
}
