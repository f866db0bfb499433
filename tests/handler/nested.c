/*---
title: another signal comes while a handler runs; does its handler interrupt the first one
about: With an empty sa_mask, and with one that names the second signal.
sender: self-main
posix: required
posix-note: Only what sa_mask names, and the signal itself, is blocked while a handler runs.
spec: XSH sigaction()
source:
  - Linux kernel/signal.c signal_delivered()
  - FreeBSD sys/kern/kern_sig.c postsig_done()
  - FreeBSD lib/libthr/thread/thr_sig.c handle_signal()
axes: {sa-mask: [empty, named]}
portable: Name in sa_mask every signal whose handler must not interrupt this one.
---*/
#include "observe.h"

static void report(int signo)
{
	observe("handler", signo == SIGUSR1 ? "usr1 begins" : "usr2 begins");
	if (signo == SIGUSR1)
		CHECK(raise(SIGUSR2));
	observe("handler", signo == SIGUSR1 ? "usr1 ends" : "usr2 ends");
}

int main(void)
{
	struct sigaction action = {.sa_handler = report};

	sigemptyset(&action.sa_mask);
	if (axis_is("sa-mask", "named"))
		sigaddset(&action.sa_mask, SIGUSR2);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(sigaction(SIGUSR2, &action, NULL));
	CHECK(raise(SIGUSR1));
}
