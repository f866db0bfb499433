/*---
title: SIGHUP, SIGSEGV, SIGUSR1 and two realtime signals are pending, the highest was sent first; in which order does sigwaitinfo take them
sender: self-main
posix: unspecified
posix-note: >-
  The lowest of the realtime signals comes first among them. The order among other signals, and between them and
  realtime signals, is unspecified.
spec: XSH 2.4.2, sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()]
differs:
  freebsd-*: >-
    Linux takes the signals that faults use first (SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS), whoever sent
    them; FreeBSD takes the lowest number
portable: Only realtime signals have an order. Write nothing that depends on the order of any others.
---*/
#include "observe.h"

int main(void)
{
	const int signals[] = {SIGRTMIN + 1, SIGRTMIN, SIGUSR1, SIGSEGV, SIGHUP};
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < 5; i++) {
		sigaddset(&set, signals[i]);
		mask(SIG_BLOCK, signals[i]);
		CHECK(kill(getpid(), signals[i]));
	}
	for (int i = 0; i < 5; i++) {
		int signo;

		CHECK(signo = sigwaitinfo(&set, NULL));
		observe("accepted", signal_name(signo));
	}
}
