/*---
title: a worker forks while main is in sigwait(); who takes the signal in the child, and does main still in the parent?
sender: self-worker
posix: required
posix-note: >-
  the child has the forking thread only, with its mask: a blocked signal stays pending there until that thread accepts
  it. In the parent nothing changes
spec: XSH fork()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: >-
  A program with a thread that waits for signals has none in a forked child: unblock signals there, or they stay pending
  for ever.
---*/
#include "forked.h"

static void send_in_child(void)
{
	CHECK(kill(getpid(), SIGUSR1));
	observe_yes("pending-in-child", is_pending(SIGUSR1));
}

static void *forker(void *unused)
{
	await_parked(getpid(), 0, "sigwait");
	observe_end("child", forked(send_in_child));
	await_parked(getpid(), 0, "sigwait");
	CHECK(kill(getpid(), SIGUSR1));
	return unused;
}

int main(void)
{
	struct worker worker;
	sigset_t set;
	int signo;

	mask(SIG_BLOCK, SIGUSR1);
	start(&worker, "worker", forker, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK0(sigwait(&set, &signo));
	observe("main-accepted", signal_name(signo));
	finish(&worker);
}
