/*---
title: SIGKILL or SIGSTOP is given a handler, is ignored, set to its default, or read; is it let
sender: none
posix: unspecified
posix-note: >-
  To catch or ignore them is EINVAL. To set the default may be EINVAL or be ignored, and to read the action must
  succeed.
spec: XSH sigaction()
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
axes: {signal: [kill, stop]}
differs:
  freebsd-*: FreeBSD lets the default be set, which changes nothing; Linux fails with EINVAL
portable: A loop that sets all signals back to their defaults should pass over these two, or ignore EINVAL.
---*/
#include "observe.h"

static void never(int signo)
{
	(void)signo;
}

static void try_action(const char *key, const struct sigaction *action)
{
	struct sigaction old;
	int signo = axis_is("signal", "kill") ? SIGKILL : SIGSTOP;
	observe(key, sigaction(signo, action, &old) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	try_action("handler", &(struct sigaction){.sa_handler = never});
	try_action("ignore", &(struct sigaction){.sa_handler = SIG_IGN});
	try_action("default", &(struct sigaction){.sa_handler = SIG_DFL});
	try_action("read", NULL);
}
