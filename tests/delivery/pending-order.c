/*---
title: a lower signal is pending on the process, a higher one on the thread; which does sigwait take first
sender: self-main
posix: unspecified
posix-note: the order among several pending standard signals is unspecified
spec: XSH sigwait()
source: [Linux kernel/signal.c dequeue_signal(), FreeBSD sys/kern/kern_sig.c issignal()]
differs:
  freebsd-*: Linux empties the thread's own queue first; FreeBSD takes the lowest number of both
portable: >-
  Do not depend on which of several pending signals comes first; where the order matters, use realtime signals, of which
  the lowest is taken first.
---*/
#include "observe.h"

int main(void)
{
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	CHECK0(pthread_sigmask(SIG_BLOCK, &set, NULL));
	CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_kill(pthread_self(), SIGUSR2));
	for (int i = 0; i < 2; i++) {
		CHECK0(sigwait(&set, &signo));
		observe("accepted", signal_name(signo));
	}
}
