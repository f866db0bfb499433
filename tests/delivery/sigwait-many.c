/*---
title: main kill()s its own process three times, three threads are in sigwait; does each signal return one, and which
sender: self-main
posix: required
posix-note: one of the waiting threads returns, and no more; which one is unspecified
spec: XSH sigwait()
source: [Linux kernel/signal.c complete_signal() do_sigtimedwait(), FreeBSD sys/kern/kern_sig.c sigtd() kern_sigtimedwait()]
portable: >-
  Several threads may share one sigwait() set as a pool: each signal returns one of them, but do not count on which.
---*/
#include "handlers.h"

static bool returned[3];

static void *wait_for_signal(void *has_returned)
{
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK0(sigwait(&set, &signo));
	observe("returned", my_name);
	*(bool *)has_returned = true;
	gate_open(&handled);
	return park(NULL);
}

int main(void)
{
	struct worker workers[3];

	mask(SIG_BLOCK, SIGUSR1);
	handled = gate_new();
	start(&workers[0], "w0", wait_for_signal, &returned[0]);
	start(&workers[1], "w1", wait_for_signal, &returned[1]);
	start(&workers[2], "w2", wait_for_signal, &returned[2]);
	for (int i = 0; i < 3; i++) {
		/* Each time, for Linux wakes others along with the one that returns (retarget_shared_pending), to wait again. */
		for (int w = 0; w < 3; w++)
			if (!returned[w])
				await_parked(getpid(), workers[w].tid, "sigwait");
		CHECK(kill(getpid(), SIGUSR1));
		gate_wait(&handled);
	}
	/* Had one signal returned two threads, another would now be left over. */
	observe_yes("left-pending", is_pending(SIGUSR1));
}
