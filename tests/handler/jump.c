/*---
title: a handler is left with longjmp(), _longjmp() or siglongjmp(); is its signal blocked from then on
about: A blocked signal never comes a second time, and nothing says so.
sender: self-main
posix: unspecified
posix-note: >-
  It is unspecified whether longjmp() restores a mask, so that the handler's may stay; siglongjmp() restores it if
  sigsetjmp() was told to save it. _longjmp() is not in the 2024 edition.
spec: XSH longjmp(), XSH siglongjmp()
source:
  - FreeBSD lib/libc/amd64/gen/setjmp.S
  - FreeBSD lib/libc/amd64/gen/_setjmp.S
  - glibc setjmp/longjmp.c
  - musl src/signal/sigsetjmp_tail.c
axes: {jump: [longjmp, underscore, siglongjmp]}
differs:
  freebsd-*: FreeBSD's setjmp() saves the mask, as 4.2BSD's did, and longjmp() restores it; Linux's do not
portable: Use sigsetjmp(environment, 1) and siglongjmp() to leave a handler.
---*/
#include <setjmp.h>

#include "observe.h"

static jmp_buf plain;
static sigjmp_buf with_mask;

static void jump(int signo)
{
	(void)signo;
	if (axis_is("jump", "longjmp"))
		longjmp(plain, 1);
	else if (axis_is("jump", "underscore"))
		_longjmp(plain, 1);
	else
		siglongjmp(with_mask, 1);
}

static void raise_signal(void)
{
	CHECK(raise(SIGUSR1));
	die("the jump");
}

int main(void)
{
	handle(SIGUSR1, jump, 0);
	if (axis_is("jump", "longjmp")) {
		if (setjmp(plain) == 0)
			raise_signal();
	} else if (axis_is("jump", "underscore")) {
		if (_setjmp(plain) == 0)
			raise_signal();
	} else {
		if (sigsetjmp(with_mask, 1) == 0)
			raise_signal();
	}
	observe_yes("blocked-afterwards", is_blocked(SIGUSR1));
}
