/*---
title: a worker forks with signals pending on itself and on its process; does the child have them?
sender: self-worker
posix: required
posix-note: the child's set of pending signals starts empty
spec: XSH fork
source: [Linux kernel/fork.c copy_process() init_sigpending(), FreeBSD sys/kern/kern_fork.c do_fork() sigqueue_init()]
portable: >-
  What was pending stays the parent's: a child that is to have it must be sent it.
---*/
#include "observe.h"

static void observe_pending(const char *key)
{
	bool thread = is_pending(SIGUSR1), process = is_pending(SIGUSR2);
	observe(key, thread && process ? "both" : thread ? "thread" : process ? "process" : "none");
}

static void *forker(void *unused)
{
	pid_t child;
	int status;

	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK(kill(getpid(), SIGUSR2));
	CHECK(child = fork());
	if (child == 0) {
		observe_pending("pending-in-child");
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	observe_pending("pending-in-parent");
	return unused;
}

int main(void)
{
	struct worker worker;
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
