/*---
title: a worker calls exec while main and a sibling sleep; which threads, which process id and which pending signals has the new program
about: >-
  The new program has one thread, the main one, in the place of the worker that called. What was pending for a thread
  that is gone is gone with it.
sender: self-worker
posix: required
posix-note: >-
  All threads are terminated and one is left. It inherits the pending signals of the thread that called exec, and the
  process those of the process; what was pending for another thread is nowhere said to live on.
spec: XSH exec
source: [Linux fs/exec.c de_thread(), FreeBSD sys/kern/kern_exec.c post_execve()]
portable: >-
  exec may be called from any thread. Before it, unblock and take what is pending: signals pending for the calling
  thread and for the process stay so in the new program.
---*/
#include "handlers.h"

static char *self;
static pthread_t main_thread;

static void report(pid_t before)
{
	struct thread_state threads[MOST_THREADS];

	observe_yes("same-process-id", getpid() == before);
	observe_count("threads", thread_states(getpid(), threads, MOST_THREADS));
	observe_yes("caller-pending", is_pending(SIGUSR1));
	observe_yes("main-pending", is_pending(SIGUSR2));
	observe_yes("process-pending", is_pending(SIGHUP));
}

static void *replace(void *unused)
{
	char before[16];

	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK0(pthread_kill(main_thread, SIGUSR2));
	CHECK(kill(getpid(), SIGHUP));
	snprintf(before, sizeof before, "%d", (int)getpid());
	CHECK(execl(self, self, before, (char *)NULL));
	return unused;
}

int main(int argc, char **argv)
{
	struct worker idle, caller;

	if (argc > 1) {
		report((pid_t)atoi(argv[1]));
		return 0;
	}
	self = argv[0];
	main_thread = pthread_self();
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGUSR2);
	mask(SIG_BLOCK, SIGHUP);
	start(&idle, "w0", park, NULL);
	start(&caller, "w1", replace, NULL);
	park(NULL);
}
