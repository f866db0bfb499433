/*---
title: a handler of another signal interrupts sigwaitinfo(); does it fail with EINTR, or wait on?
sender: self-worker
posix: implementation-defined
posix-note: >-
  sigwaitinfo() may fail with EINTR when an unblocked signal is caught, and the system must document whether it does.
spec: XSH sigtimedwait()
source:
  - Linux kernel/signal.c do_sigtimedwait()
  - glibc sysdeps/unix/sysv/linux/sigtimedwait.c
  - musl src/signal/sigtimedwait.c
  - FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()
differs:
  '*-musl': musl calls the kernel again after EINTR; glibc passes it on
portable: >-
  Call again after EINTR, and do not count on a handler to end the wait. To end it, put a signal of your own into the
  set.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int call(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigwaitinfo(&set, NULL);
}

static void release(void)
{
	CHECK0(pthread_kill(interrupted.thread, SIGUSR2));
}

int main(void)
{
	mask(SIG_BLOCK, SIGUSR2);
	interrupt_call("sigwait", call, release);
}
