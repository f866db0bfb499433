/*---
title: one signal is pending on the process, another on main; what do main's and a worker's sigpending show
sender: self-main
posix: required
posix-note: sigpending() shows what is pending on the process and on the calling thread
spec: XSH sigpending()
source: [Linux kernel/signal.c do_sigpending(), FreeBSD sys/kern/kern_sig.c sys_sigpending()]
portable: >-
  Ask sigpending() in the thread that was signalled: what is pending on another thread cannot be seen.
---*/
#include "observe.h"

static void *look(void *unused)
{
	(void)unused;
	observe_yes("worker-sees-process-signal", is_pending(SIGUSR1));
	observe_yes("worker-sees-main-signal", is_pending(SIGUSR2));
	return NULL;
}

int main(void)
{
	struct worker worker;

	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_kill(pthread_self(), SIGUSR2));
	observe_yes("main-sees-process-signal", is_pending(SIGUSR1));
	observe_yes("main-sees-main-signal", is_pending(SIGUSR2));
	start(&worker, "w0", look, NULL);
	finish(&worker);
}
