/*---
title: three realtime signals are queued, the highest first; in which order does sigwaitinfo take them
sender: self-main
posix: required
spec: XSH sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c sig_ffs()]
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
