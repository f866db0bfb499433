/*---
title: a handler is installed with signal(); is it reset, is its signal blocked, are calls restarted
about: >-
  System V resets the handler and blocks nothing; BSD keeps it, blocks the signal and restarts calls. glibc does either,
  by the feature macros that the program is compiled with.
sender: self-main
posix: implementation-defined
posix-note: >-
  It is left to the system whether the handler is reset or its signal blocked. siginterrupt() sets and clears
  SA_RESTART.
spec: XSH signal(), XSH siginterrupt()
source: [glibc sysdeps/posix/signal.c, musl src/signal/signal.c, FreeBSD lib/libc/gen/signal.c signal()]
differs:
  '*-musl': >-
    musl's signal() always sets SA_RESTART; those of glibc and FreeBSD remember that siginterrupt() has cleared it
portable: Use sigaction(), with the flags that you mean.
---*/
#include "observe.h"

static bool has_flag(int flag)
{
	struct sigaction action;
	CHECK(sigaction(SIGUSR1, NULL, &action));
	return action.sa_flags & flag;
}

static void report(int signo)
{
	struct sigaction action;

	CHECK(sigaction(signo, NULL, &action));
	observe_yes("reset-during", action.sa_handler == SIG_DFL);
	observe_yes("blocked-during", is_blocked(signo));
}

int main(void)
{
	if (signal(SIGUSR1, report) == SIG_ERR)
		die("signal");
	CHECK(raise(SIGUSR1));
	observe_yes("restarts-calls", has_flag(SA_RESTART));
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* obsolescent, and that is why it is asked */
	CHECK(siginterrupt(SIGUSR1, 1));
	observe_yes("restarts-calls-interrupt", has_flag(SA_RESTART));
	if (signal(SIGUSR1, report) == SIG_ERR)
		die("signal");
	observe_yes("restarts-calls-again", has_flag(SA_RESTART));
}
