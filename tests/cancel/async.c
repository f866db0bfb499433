/*---
title: a thread that spins is cancelled, asynchronously cancelable, with every signal open or blocked; does it end
sender: none
posix: required
posix-note: >-
  With asynchronous cancelability a request may be acted upon at any time; that it is acted upon in the end is what
  cancellation is for. The signal mask has no part in it.
spec: XSH 2.9.5
source: [glibc nptl/pthread_cancel.c sigcancel_handler(), musl src/thread/pthread_cancel.c cancel_handler(), FreeBSD lib/libthr/thread/thr_sig.c check_cancel()]
axes: {signals: [open, blocked]}
portable: >-
  Only a loop that calls nothing but async-cancel-safe functions may be made asynchronously cancelable. Blocking signals
  does not protect it.
---*/
#include "ended.h"

static struct gate spinning;

static void *spin(void *unused)
{
	volatile bool forever = true;
	sigset_t all;

	sigfillset(&all);
	if (axis_is("signals", "blocked"))
		CHECK0(pthread_sigmask(SIG_SETMASK, &all, NULL));
	gate_open(&spinning);
	CHECK0(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL));
	while (forever)
		;
	return unused;
}

int main(void)
{
	struct worker worker;

	spinning = gate_new();
	start(&worker, "w0", spin, NULL);
	gate_wait(&spinning);
	CHECK0(pthread_cancel(worker.thread));
	observe_join(&worker);
}
