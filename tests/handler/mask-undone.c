/*---
title: a handler blocks another signal and unblocks its own; what is left of that when it has returned
sender: self-main
posix: required
posix-note: When the handler returns, the original mask is restored.
spec: XSH sigaction()
source: [Linux kernel/signal.c set_current_blocked(), FreeBSD sys/kern/kern_sig.c kern_sigprocmask()]
portable: >-
  A handler cannot change the mask of the code that it interrupted: what it blocks is open again when it returns. Tell
  that code to do it.
---*/
#include "observe.h"

static void change(int signo)
{
	mask(SIG_BLOCK, SIGUSR2);
	mask(SIG_UNBLOCK, signo);
	observe_yes("other-during", is_blocked(SIGUSR2));
	observe_yes("own-during", is_blocked(signo));
}

int main(void)
{
	handle(SIGUSR1, change, 0);
	CHECK(raise(SIGUSR1));
	observe_yes("other-after", is_blocked(SIGUSR2));
	observe_yes("own-after", is_blocked(SIGUSR1));
}
