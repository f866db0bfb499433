/*---
title: a worker spawns a program with signals pending on itself and on its process; are they pending there?
sender: self-worker
posix: required
posix-note: the child is as if fork() had made it, which clears what is pending
spec: XSH posix_spawn()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: Pending signals are not handed on by posix_spawn(), but blocked ones are blocked in the program.
---*/
#include "spawned.h"

static void observe_pending(const char *key)
{
	bool thread = is_pending(SIGUSR1), process = is_pending(SIGUSR2);
	observe(key, thread && process ? "both" : thread ? "thread" : process ? "process" : "none");
}

static void spawn(void)
{
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK(kill(getpid(), SIGUSR2));
	observe_end("child", spawned(NULL, NULL));
	observe_pending("pending-in-parent");
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		observe_pending("pending-in-child");
		observe_yes("blocked-in-child", is_blocked(SIGUSR1) && is_blocked(SIGUSR2));
		return 0;
	}
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	in_worker("worker", spawn);
}
