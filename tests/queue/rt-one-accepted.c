/*---
title: two instances of a realtime signal are queued and sigwaitinfo takes one; is the signal still pending
sender: self-main
posix: required
posix-note: >-
  As long as instances of a signal number are queued, the signal stays pending; the pending mark goes with the last one.
spec: XSH 2.4.2
source: [Linux kernel/signal.c collect_signal(), FreeBSD sys/kern/kern_sig.c sigqueue_get()]
portable: Call sigwaitinfo() or sigtimedwait() again until nothing is pending; one call takes one instance.
---*/
#include "observe.h"

int main(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	mask(SIG_BLOCK, SIGRTMIN);
	for (int i = 0; i < 2; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){0}));
	for (int i = 0; i < 2; i++) {
		CHECK(sigwaitinfo(&set, NULL));
		observe_yes("still-pending", is_pending(SIGRTMIN));
	}
}
