/*---
title: a handler and an ignored signal, then exec; which actions, flags and masks does the new program have
sender: none
posix: required
posix-note: What was caught is set to its default, what was ignored stays so, and SA_ONSTACK is cleared.
spec: XSH exec
source:
  - Linux kernel/signal.c flush_signal_handlers()
  - FreeBSD sys/kern/kern_sig.c execsigs(), sigdflt()
  - FreeBSD lib/libthr/thread/thr_sig.c __thr_sigaction()
differs:
  freebsd-*: >-
    FreeBSD sets a caught signal to its default and leaves its SA_ONSTACK and its sa_mask, which its thread library had
    filled; Linux clears both. The standard wants SA_ONSTACK cleared.
portable: >-
  A program should set the action of each signal that it relies on: what its parent ignored is ignored in it as well.
---*/
#include "observe.h"

static void never(int signo)
{
	(void)signo;
}

static void observe_action(const char *key, int signo)
{
	struct sigaction action;
	CHECK(sigaction(signo, NULL, &action));
	observe(key, action.sa_handler == SIG_IGN ? "ignored" : action.sa_handler == SIG_DFL ? "default" : "handler");
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = never, .sa_flags = SA_ONSTACK | SA_NODEFER};

	if (argc == 1) {
		sigemptyset(&action.sa_mask);
		sigaddset(&action.sa_mask, SIGTERM);
		CHECK(sigaction(SIGUSR1, &action, NULL));
		handle(SIGUSR2, SIG_IGN, 0);
		CHECK(execl(argv[0], argv[0], "report", (char *)NULL));
	}
	observe_action("handled", SIGUSR1);
	observe_action("ignored", SIGUSR2);
	CHECK(sigaction(SIGUSR1, NULL, &action));
	observe_yes("onstack", action.sa_flags & SA_ONSTACK);
	observe_yes("nodefer", action.sa_flags & SA_NODEFER);
	observe_yes("mask", sigismember(&action.sa_mask, SIGTERM) == 1);
}
