/*---
title: SA_RESETHAND is set; what is the action while the handler runs, and is the signal blocked
about: Asked for SIGUSR1, and for SIGILL, of which the standard says that it cannot be reset.
sender: self-main
posix: unspecified
posix-note: >-
  The action is the default when the handler begins, but not for SIGILL and SIGTRAP, says a note. Whether SA_RESETHAND
  implies SA_NODEFER is left to the system.
spec: XSH sigaction()
source: [Linux kernel/signal.c get_signal(), FreeBSD sys/kern/kern_sig.c postsig_done(), sigdflt()]
axes: {signal: [usr1, ill]}
portable: >-
  Set SA_NODEFER along with SA_RESETHAND if the handler is to raise the signal again and end the process with it, or
  unblock it there.
---*/
#include "observe.h"

static int signo_of_axis(void)
{
	return axis_is("signal", "usr1") ? SIGUSR1 : SIGILL;
}

static void observe_action(const char *key)
{
	struct sigaction action;
	CHECK(sigaction(signo_of_axis(), NULL, &action));
	observe(key, action.sa_handler == SIG_DFL ? "default" : "handler");
}

static void report(int signo)
{
	observe_action("action-during");
	observe_yes("blocked-during", is_blocked(signo));
}

int main(void)
{
	handle(signo_of_axis(), report, (int)SA_RESETHAND);
	CHECK(raise(signo_of_axis()));
	observe_action("action-after");
	CHECK(raise(signo_of_axis()));
	observe("main", "went on");
}
