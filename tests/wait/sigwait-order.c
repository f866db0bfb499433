/*---
title: five blocked signals are pending on the process; in which order does sigwait() accept them?
sender: self-main
posix: unspecified # but the realtime ones among themselves: the lowest first
posix-note: >-
  Only among realtime signals is there an order, the lowest number first; among others, and between the two kinds, there
  is none.
spec: XSH sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c issignal() sig_ffs()]
differs:
  freebsd-*: >-
    both take the lowest number first, but Linux before all others those that a fault raises, SIGSEGV here; and SIGUSR1
    is 10 on Linux, below SIGTERM (15), and 30 on FreeBSD, above it
portable: >-
  Do not build on the order of standard signals, whose numbers differ too. Use realtime signals where order counts.
---*/
#include "observe.h"

int main(void)
{
	const int signals[] = {SIGRTMIN, SIGUSR1, SIGTERM, SIGSEGV, SIGHUP};
	enum { COUNT = sizeof signals / sizeof *signals };
	sigset_t set;
	int signo;

	sigemptyset(&set);
	for (int i = 0; i < COUNT; i++)
		sigaddset(&set, signals[i]);
	CHECK0(pthread_sigmask(SIG_BLOCK, &set, NULL));
	for (int i = 0; i < COUNT; i++)
		CHECK(kill(getpid(), signals[i]));
	for (int i = 0; i < COUNT; i++) {
		CHECK0(sigwait(&set, &signo));
		observe("accepted", signal_name(signo));
	}
}
