/*---
title: one signal is pending on main, another on the process; which of them can a worker accept?
sender: self-main
posix: required
posix-note: >-
  A signal that was generated for a thread is delivered to or accepted by that thread only; one for the process any
  thread may accept that selects it.
spec: XSH 2.4.1, XSH sigtimedwait()
source: [Linux kernel/signal.c dequeue_signal(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait() sigqueue_get()]
portable: >-
  Send what a thread that calls sigwait() is to accept with kill() or sigqueue(), or with pthread_kill() to that thread
  itself; what is pending on another thread it never gets.
---*/
#include "accepted.h"

static void *accept_both(void *unused)
{
	observe_accepted("worker-accepts-main-signal", SIGUSR1);
	observe_accepted("worker-accepts-process-signal", SIGUSR2);
	return unused;
}

int main(void)
{
	struct worker worker;

	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK(kill(getpid(), SIGUSR2));
	start(&worker, "worker", accept_both, NULL);
	finish(&worker);
	observe_accepted("main-accepts-main-signal", SIGUSR1);
	observe_accepted("main-accepts-process-signal", SIGUSR2);
}
