/*---
title: a handler changes errno and does not restore it; which value does the interrupted code see
about: In code between two calls, and in a call that the handler makes fail with EINTR.
sender: self-main
posix: unspecified
posix-note: >-
  After such a handler errno is unspecified. A function that fails sets it after the handler has returned, so that its
  own EINTR is seen.
spec: XSH 2.4.4
source: [FreeBSD lib/libthr/thread/thr_sig.c handle_signal()]
portable: >-
  Save errno when a handler begins and restore it before it returns. Else a call's error can turn into another one
  before it is looked at.
---*/
#include "observe.h"

static void spoil(int signo)
{
	(void)signo;
	errno = E2BIG;
}

int main(void)
{
	sigset_t open;

	handle(SIGUSR1, spoil, 0);
	errno = 0;
	CHECK(raise(SIGUSR1));
	observe("between-calls", error_name(errno));
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(raise(SIGUSR1));
	sigemptyset(&open);
	sigsuspend(&open);
	observe("in-a-call", error_name(errno));
}
