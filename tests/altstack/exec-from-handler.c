/*---
title: a handler on the alternate stack calls exec; what is left of stack, mask and disposition in the new program
about: A daemon that executes itself anew on SIGHUP, from the handler, never returns from it.
sender: self-main
posix: required
posix-note: >-
  The new program has no alternate stack, and the default in place of the handler, but the mask of the thread that
  called exec: in a handler its signal is blocked.
spec: XSH exec
source: [Linux kernel/signal.c flush_signal_handlers(), FreeBSD sys/kern/kern_sig.c execsigs()]
portable: >-
  Do not exec from a handler, or unblock its signal first: the new program would never see that signal again.
---*/
#include "altstack.h"

static char *self;

static void replace(int signo)
{
	(void)signo;
	observe_stack("handler-stack");
	execl(self, self, "report", (char *)NULL);
	_exit(70);
}

int main(int argc, char **argv)
{
	struct sigaction action;

	self = argv[0];
	if (argc == 1) {
		use_alternate();
		handle(SIGUSR1, replace, SA_ONSTACK);
		CHECK(raise(SIGUSR1));
	}
	CHECK(sigaction(SIGUSR1, NULL, &action));
	observe_alternate("alternate");
	observe("disposition", action.sa_handler == SIG_DFL ? "default" : "other");
	observe_yes("blocked", is_blocked(SIGUSR1));
}
