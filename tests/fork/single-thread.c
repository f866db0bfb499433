/*---
title: a worker that blocks a signal forks; is there another thread in the child to take the signal?
sender: self-worker
posix: required
posix-note: the child has one thread, a replica of the one that called fork()
spec: XSH fork
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: Start what needs threads in the child anew, or exec; and unblock there what the forking thread had blocked.
---*/
#include "handlers.h"

/* In the parent main takes the signal; in the child it waits for the only thread there is to open it. */
static void *forker(void *unused)
{
	pid_t child;
	int status;

	mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	gate_wait(&handled);
	CHECK(child = fork());
	if (child == 0) {
		CHECK(kill(getpid(), SIGUSR1));
		observe_yes("pending-in-child", is_pending(SIGUSR1));
		mask(SIG_UNBLOCK, SIGUSR1);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	return unused;
}

int main(void)
{
	struct worker worker;
	handle_reporting(SIGUSR1);
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
