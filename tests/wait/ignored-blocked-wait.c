/*---
title: a thread is in sigwait() for a signal that it blocks and the process ignores; does sigwait() accept it?
sender: external
posix: unspecified
posix-note: >-
  A signal for the process goes to a thread that is in sigwait() for it, but what becomes of one that is blocked and
  ignored when it is generated is left to the system.
spec: XSH 2.4.1, XSH sigwait()
source: [Linux kernel/signal.c sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal() kern_sigtimedwait()]
hang: expected
differs:
  freebsd-*: >-
    Linux keeps what is blocked even if it is ignored; FreeBSD discards it even while a thread waits for it, unless
    kern.sig_discard_ign is 0
portable: Give a signal that you mean to accept with sigwait() a handler, even one that never runs.
---*/
#include "accepted.h"
#include "external.h"

int main(void)
{
	struct external external = external_new();
	sigset_t set = set_of(SIGUSR1);
	int signo;

	handle(SIGUSR1, SIG_IGN, 0);
	mask(SIG_BLOCK, SIGUSR1);
	external_await(&external, thread_id(), "sigwait");
	external_kill(&external, SIGUSR1);
	CHECK0(sigwait(&set, &signo));
	observe("accepted", signal_name(signo));
}
