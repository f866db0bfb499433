/*---
title: a child stops, continues and is killed; what do the parent's SIGCHLDs say
sender: kernel
posix: required
posix-note: >-
  SIGCHLD is generated when a child stops and when it ends, and may be when it continues; si_code tells which, si_status
  the signal.
spec: XSH 2.4.3, XBD <signal.h>
source: [Linux kernel/signal.c do_notify_parent_cldstop(), FreeBSD sys/kern/kern_sig.c childproc_jobstate()]
portable: >-
  A SIGCHLD is not always the end of a child. Set SA_NOCLDSTOP where stops do not matter, and call waitpid() to learn
  what happened.
---*/
#include "handlers.h"

static void observe_chld(void)
{
	static const struct { int code; const char *name; } names[] = {
		{CLD_EXITED, "CLD_EXITED"}, {CLD_KILLED, "CLD_KILLED"}, {CLD_STOPPED, "CLD_STOPPED"}, {CLD_CONTINUED, "CLD_CONTINUED"},
	};
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	CHECK(sigwaitinfo(&set, &info));
	for (int i = 0; i < 4; i++)
		if (names[i].code == info.si_code)
			observe("si-code", names[i].name);
	observe("si-status", signal_name(info.si_status));
}

int main(void)
{
	pid_t child;

	/* Without a handler FreeBSD would discard SIGCHLD at once. */
	handle(SIGCHLD, count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork());
	if (child == 0) {
		CHECK(raise(SIGSTOP));
		park(NULL);
	}
	observe_chld();
	CHECK(kill(child, SIGCONT));
	observe_chld();
	CHECK(kill(child, SIGKILL));
	observe_chld();
}
