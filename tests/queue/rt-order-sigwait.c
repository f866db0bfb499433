/*---
title: three realtime signals are queued, the highest first; in which order does sigwaitinfo take them
sender: self-main
posix: required
posix-note: the lowest numbered of several pending realtime signals is selected first
spec: XSH sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c sig_ffs()]
portable: >-
  Give the more urgent event the lower number: this order is safe to build on.
---*/
#include "observe.h"

int main(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 2; i >= 0; i--) {
		sigaddset(&set, SIGRTMIN + i);
		mask(SIG_BLOCK, SIGRTMIN + i);
		CHECK(sigqueue(getpid(), SIGRTMIN + i, (union sigval){0}));
	}
	for (int i = 0; i < 3; i++) {
		int signo;

		CHECK(signo = sigwaitinfo(&set, NULL));
		observe("accepted", signal_name(signo));
	}
}
