/*---
title: a worker forks in a signal handler; does the child return from it, and with which mask?
sender: self-worker
posix: unverified
posix-note: >-
  the child is a copy of the thread that forked, which was in the handler: it returns from there, and the signal is
  unblocked again. Before POSIX.1-2024 fork() was async-signal-safe and hence allowed there
spec: XSH fork()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: >-
  The child goes on with whatever the handler interrupted, as the parent does: let it call exec or _exit() in the
  handler if that is not meant.
---*/
#include "forked.h"

static pid_t child;

static void handler(int signo)
{
	child = fork();
	if (child == 0)
		observe("child-in-handler", is_blocked(signo) ? "blocked" : "open");
}

static void interrupted(void)
{
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	if (child == 0) {
		observe("child-after-handler", is_blocked(SIGUSR1) ? "blocked" : "open");
		observe("child-thread", my_name);
		_exit(0);
	}
	observe_end("child", child);
}

int main(void)
{
	handle(SIGUSR1, handler, 0);
	in_worker("worker", interrupted);
}
