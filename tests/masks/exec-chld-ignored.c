/*---
title: SIGCHLD and SIGUSR1 are ignored when exec is called; are they still, in the new program?
sender: none
posix: unspecified
posix-note: whether an ignored SIGCHLD stays ignored is unspecified; any other ignored signal does
spec: XSH exec
source: [Linux kernel/signal.c flush_signal_handlers(), FreeBSD sys/kern/kern_sig.c execsigs()]
differs:
  freebsd-*: >-
    FreeBSD sets an ignored SIGCHLD back to its default, as Solaris does, so that a program can wait for its children
    whatever its parent did; Linux keeps it ignored, and wait() finds no child
portable: Set SIGCHLD to SIG_DFL first thing in a program that waits for children, and in the child before exec.
---*/
#include "observe.h"

static void observe_action(const char *key, int signo)
{
	struct sigaction action;
	CHECK(sigaction(signo, NULL, &action));
	observe(key, action.sa_handler == SIG_IGN ? "ignored" : "default");
}

int main(int argc, char **argv)
{
	pid_t child;
	int status;

	if (argc == 1) {
		handle(SIGCHLD, SIG_IGN, 0);
		handle(SIGUSR1, SIG_IGN, 0);
		CHECK(execl(argv[0], argv[0], "report", (char *)NULL));
	}
	observe_action("chld", SIGCHLD);
	observe_action("usr1", SIGUSR1);
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	if (waitpid(child, &status, 0) == child)
		observe_status("wait", status);
	else
		observe("wait", error_name(errno));
}
