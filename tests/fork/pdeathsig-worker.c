/*---
title: a child asked to be killed when its parent ends, and the thread that forked it ends; is it killed?
about: sandboxes and supervisors ask for it, so that their children do not outlive them
sender: kernel
posix: unverified
source: [Linux kernel/exit.c forget_original_parent(), FreeBSD sys/kern/kern_exit.c exit1()]
bugs: [bubblewrap 692]
differs:
  freebsd-*: on Linux the parent is the thread that forked, and its end kills the child; on FreeBSD it is the process
portable: >-
  Fork a child that is to die with its parent from a thread that lives as long as the process, best from the main one.
---*/
#include "forked.h"
#if defined(__linux__)
#include <sys/prctl.h>
#else
#include <sys/procctl.h>
#endif

static struct gate asked, parent_left;
static pid_t child;

static void wait_for_parent(void)
{
#if defined(__linux__)
	CHECK(prctl(PR_SET_PDEATHSIG, SIGTERM));
#else
	int signo = SIGTERM;
	CHECK(procctl(P_PID, 0, PROC_PDEATHSIG_CTL, &signo));
#endif
	gate_open(&asked);
	gate_wait(&parent_left);
}

static void fork_and_end(void)
{
	child = forked(wait_for_parent);
	gate_wait(&asked);
}

int main(void)
{
	struct thread_state threads[2];
	const struct timespec pause = {0, 200000};

	asked = gate_new();
	parent_left = gate_new();
	in_worker("worker", fork_and_end);
	/* pthread_join() may return before the thread has told its children that it ends. */
	while (thread_states(getpid(), threads, 2) > 1)
		nanosleep(&pause, NULL);
	gate_open(&parent_left);
	observe_end("child", child);
}
