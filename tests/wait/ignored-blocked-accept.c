/*---
title: a signal that is ignored and blocked is sent; does it become pending, and does sigtimedwait() accept it?
sender: self-main
posix: unspecified
posix-note: >-
  Whether a signal that is both ignored and blocked is discarded when it is generated or stays pending is left to the
  system.
spec: XSH 2.4.1
source: [Linux kernel/signal.c sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: Linux keeps what is blocked even if it is ignored; FreeBSD discards it unless kern.sig_discard_ign is 0
portable: >-
  Give a signal that you mean to accept with sigwait() a handler, even one that never runs; SIG_IGN loses it on FreeBSD.
---*/
#include "accepted.h"

int main(void)
{
	handle(SIGUSR1, SIG_IGN, 0);
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	observe_yes("pending", is_pending(SIGUSR1));
	observe_accepted("sigtimedwait", SIGUSR1);
}
