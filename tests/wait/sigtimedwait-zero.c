/*---
title: sigtimedwait() is called with a timeout of zero, without and with a signal pending; what does it return?
sender: self-main
posix: required
posix-note: With a timeout of zero it returns at once, with an error unless one of the signals is pending.
spec: XSH sigtimedwait()
source: [Linux kernel/signal.c do_sigtimedwait(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()]
portable: >-
  Drain pending signals with sigtimedwait() and a timeout of zero until it fails with EAGAIN; a standard signal that was
  sent more than once comes once on Linux, and as often on FreeBSD.
---*/
#include "accepted.h"

int main(void)
{
	mask(SIG_BLOCK, SIGUSR1);
	observe_accepted("none-pending", SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	observe_accepted("pending", SIGUSR1);
	observe_accepted("after-it", SIGUSR1);
}
