/*---
title: >-
  a handler of another signal interrupts sigtimedwait() long before its timeout; does it fail with EINTR, or wait on?
sender: self-worker
posix: implementation-defined
posix-note: >-
  sigtimedwait() may fail with EINTR when an unblocked signal is caught, and the system must document whether it does.
spec: XSH sigtimedwait()
source:
  - Linux kernel/signal.c do_sigtimedwait()
  - glibc sysdeps/unix/sysv/linux/sigtimedwait.c
  - musl src/signal/sigtimedwait.c
  - FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()
differs:
  '*-musl': musl calls the kernel again after EINTR; glibc passes it on
portable: >-
  Call again after EINTR with the time that is left, and do not count on a handler to end the wait. To end it, put a
  signal of your own into the set.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int call(void)
{
	const struct timespec hour = {.tv_sec = 3600};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigtimedwait(&set, NULL, &hour);
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
