/*---
title: a worker calls exec with signals pending on itself, on main and on the process; which has the new program?
sender: self-worker
posix: required
posix-note: >-
  the initial thread inherits the pending signals of the thread that called exec, and the process those of the process;
  threads that end take theirs with them
spec: XSH exec
source: [Linux fs/exec.c de_thread(), FreeBSD sys/kern/kern_exec.c do_execve()]
portable: >-
  Accept or discard what is pending, or ignore the signal for a moment, before exec: the new program would die of it as
  soon as it unblocks the signal.
---*/
#include "forked.h"

static char *self;
static pthread_t main_thread;

static void replace(void)
{
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK0(pthread_kill(main_thread, SIGUSR2));
	CHECK(kill(getpid(), SIGTERM));
	CHECK(execl(self, self, "report", (char *)NULL));
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		observe_yes("pending-of-caller", is_pending(SIGUSR1));
		observe_yes("pending-of-other-thread", is_pending(SIGUSR2));
		observe_yes("pending-of-process", is_pending(SIGTERM));
		return 0;
	}
	self = argv[0];
	main_thread = pthread_self();
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	mask(SIG_BLOCK, SIGTERM);
	in_worker("worker", replace);
}
