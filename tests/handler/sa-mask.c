/*---
title: which signals are blocked while a handler runs, and after it has returned
sender: self-main
posix: required
posix-note: >-
  To the thread's mask come the sa_mask of the action and, without SA_NODEFER, the signal itself; SIGKILL and SIGSTOP
  are left out without an error. The old mask is back when the handler returns.
spec: XSH sigaction()
source: [Linux kernel/signal.c signal_delivered(), FreeBSD sys/kern/kern_sig.c postsig_done()]
portable: Name in sa_mask every signal whose handler touches the same data; the signal itself is always blocked.
---*/
#include "observe.h"

static void observe_mask(const char *own, const char *named, const char *other, const char *kill)
{
	observe_yes(own, is_blocked(SIGUSR1));
	observe_yes(named, is_blocked(SIGUSR2));
	observe_yes(other, is_blocked(SIGTERM));
	observe_yes(kill, is_blocked(SIGKILL));
}

static void report(int signo)
{
	(void)signo;
	observe_mask("own-during", "named-during", "other-during", "kill-during");
}

int main(void)
{
	struct sigaction action = {.sa_handler = report};

	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGUSR2);
	sigaddset(&action.sa_mask, SIGKILL);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(raise(SIGUSR1));
	observe_mask("own-after", "named-after", "other-after", "kill-after");
}
