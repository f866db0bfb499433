/*---
title: two pending signals are unblocked at once; which handler runs first, and does one interrupt the other
about: >-
  With an empty sa_mask the second handler may begin before the first has; with a full one it may not. SIGUSR1 has the
  lower number everywhere.
sender: self-main
posix: unspecified
posix-note: The order in which several pending signals are delivered is unspecified, but for realtime ones.
spec: XSH 2.4.1
source:
  - Linux kernel/signal.c next_signal()
  - FreeBSD sys/kern/kern_sig.c issignal()
  - FreeBSD lib/libthr/thread/thr_sig.c handle_signal()
axes: {sa-mask: [empty, full]}
portable: Rely on no order. Where one handler must not interrupt the other, name each signal in the other's sa_mask.
---*/
#include "observe.h"

static void report(int signo)
{
	observe("handler", signo == SIGUSR1 ? "usr1 begins" : "usr2 begins");
	observe("handler", signo == SIGUSR1 ? "usr1 ends" : "usr2 ends");
}

int main(void)
{
	struct sigaction action = {.sa_handler = report};
	sigset_t both;

	if (axis_is("sa-mask", "full"))
		sigfillset(&action.sa_mask);
	else
		sigemptyset(&action.sa_mask);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	CHECK0(pthread_sigmask(SIG_BLOCK, &both, NULL));
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(sigaction(SIGUSR2, &action, NULL));
	CHECK(kill(getpid(), SIGUSR2));
	CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_sigmask(SIG_UNBLOCK, &both, NULL));
}
