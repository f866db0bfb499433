/*---
title: a worker arms the process's ITIMER_REAL, every thread sleeps and is open; which thread runs the handler
sender: kernel
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_time.c realitexpire()]
portable: >-
  Block the signal in main before the first thread starts, and take it in one thread with sigwait(): then there is no
  choice to depend on.
quiet: 1000
---*/
#include <sys/time.h>
#include "handlers.h"

/* It does not spin, as in itimer-prof: on FreeBSD any running thread may take a process's pending signal. */
static void *arm(void *main_tid)
{
	const struct itimerval soon = {.it_value.tv_usec = 10000};

	await_parked(getpid(), *(long *)main_tid, "read");
	CHECK(setitimer(ITIMER_REAL, &soon, NULL));
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();
	struct worker armer;

	handle_reporting(SIGALRM);
	start(&armer, "w0", arm, &main_tid);
	gate_wait(&handled);
}
