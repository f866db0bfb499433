/*---
title: a handler jumps back to where setjmp() or sigsetjmp() was called; is its signal still blocked?
sender: self-worker
posix: required
posix-note: >-
  siglongjmp() restores the mask if and only if sigsetjmp() was told to save it. Whether longjmp() restores one that
  setjmp() saved is unspecified
spec: XSH siglongjmp()
source: [FreeBSD lib/libc/amd64/gen/setjmp.S, musl src/signal/sigsetjmp_tail.c]
axes:
  saved-by: [setjmp, sigsetjmp-0, sigsetjmp-1]
differs:
  freebsd-*: FreeBSD's setjmp() saves the mask, as BSD always did; glibc's and musl's do not
portable: >-
  Leave a handler by siglongjmp() to a sigsetjmp() with a nonzero second argument, or the signal may stay blocked. Where
  the mask is not to be saved, call sigsetjmp() with 0, not setjmp().
---*/
#include <setjmp.h>

#include "forked.h"

static bool plain;
static jmp_buf here;
static sigjmp_buf here_with_mask;

static void jump(int signo)
{
	(void)signo;
	if (plain)
		longjmp(here, 1);
	siglongjmp(here_with_mask, 1);
}

static void interrupted(void)
{
	if (plain) {
		if (setjmp(here) == 0)
			pthread_kill(pthread_self(), SIGUSR1);
	} else if (sigsetjmp(here_with_mask, axis_is("saved-by", "sigsetjmp-1")) == 0) {
		pthread_kill(pthread_self(), SIGUSR1);
	}
	observe("signal-after-jump", is_blocked(SIGUSR1) ? "blocked" : "open");
}

int main(void)
{
	plain = axis_is("saved-by", "setjmp");
	handle(SIGUSR1, jump, 0);
	in_worker("worker", interrupted);
}
