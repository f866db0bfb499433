/*---
title: the same signal comes while its handler runs; does a second run begin before the first has ended
about: With no flag, with SA_NODEFER, and with SA_NODEFER and the signal in its own sa_mask.
sender: self-main
posix: required
posix-note: >-
  The signal is blocked while its handler runs, unless SA_NODEFER is set and sa_mask does not name it. What is pending
  is delivered when the mask is restored.
spec: XSH sigaction()
source:
  - Linux kernel/signal.c signal_delivered()
  - FreeBSD sys/kern/kern_sig.c postsig_done()
  - FreeBSD lib/libthr/thread/thr_sig.c handle_signal()
axes: {flags: [none, nodefer, nodefer-masked]}
portable: >-
  Without SA_NODEFER a handler never interrupts itself in the same thread. In another thread it may run at the same
  time.
---*/
#include "handlers.h"

static void report(int signo)
{
	observe("handler", "begins");
	if (handler_runs++ == 0)
		CHECK(raise(signo));
	observe("handler", "ends");
}

int main(void)
{
	struct sigaction action = {.sa_handler = report};

	action.sa_flags = axis_is("flags", "none") ? 0 : SA_NODEFER;
	sigemptyset(&action.sa_mask);
	if (axis_is("flags", "nodefer-masked"))
		sigaddset(&action.sa_mask, SIGUSR1);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(raise(SIGUSR1));
}
