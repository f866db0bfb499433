/*---
title: a thread is cancelled in sigsuspend; have its cleanup handlers the mask from before the call, or the one that it was given
about: >-
  A cleanup handler that counts on the thread's signals being blocked may be interrupted by them.
sender: none
posix: unspecified
posix-note: >-
  The rationale of sigsuspend() calls the mask in cleanup handlers ambiguous, and shows one that sets it. Elsewhere the
  effects of a cancellation are those of EINTR, after which the mask would be restored.
spec: XSH sigsuspend(), 2.9.5
source: [glibc nptl/pthread_cancel.c, musl src/thread/pthread_cancel.c cancel_handler(), FreeBSD lib/libthr/thread/thr_sig.c __thr_sigsuspend()]
bugs: [glibc BZ 12683]
differs:
  debian-1[12]: >-
    glibc before 2.41 runs cleanup handlers on top of its own signal's handler, with sigsuspend()'s mask still in place;
    since then, as with musl and FreeBSD, they run when that mask is gone
portable: >-
  Push a cleanup handler that sets the signal mask before a cancellable sigsuspend(), so that it runs before the others.
---*/
#include "ended.h"

static void clean_up(void *unused)
{
	(void)unused;
	observe("mask", is_blocked(SIGUSR1) ? "from before" : is_blocked(SIGUSR2) ? "given to sigsuspend" : "neither");
}

static void *suspend(void *unused)
{
	sigset_t set;

	mask(SIG_BLOCK, SIGUSR1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_cleanup_push(clean_up, NULL);
	sigsuspend(&set);
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	struct worker worker;

	start(&worker, "w0", suspend, NULL);
	await_parked(getpid(), worker.tid, "pause");
	CHECK0(pthread_cancel(worker.thread));
	observe_join(&worker);
}
