/*---
title: a worker spins until the process's ITIMER_PROF fires, main sleeps; which thread runs the handler
sender: kernel
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [Linux kernel/time/posix-cpu-timers.c check_cpu_itimer(), FreeBSD sys/kern/subr_trap.c ast()]
portable: >-
  Block the signal in main before the first thread starts, and take it in one thread with sigwait(): then there is no
  choice to depend on.
---*/
#include <sys/time.h>
#include "handlers.h"

static void *spin(void *main_tid)
{
	const struct itimerval soon = {.it_value.tv_usec = 10000};

	await_parked(getpid(), *(long *)main_tid, "read");
	CHECK(setitimer(ITIMER_PROF, &soon, NULL));
	while (handler_runs == 0)
		;
	return NULL;
}

int main(void)
{
	long main_tid = thread_id();
	struct worker spinner;

	handle_reporting(SIGPROF);
	start(&spinner, "w0", spin, &main_tid);
	gate_wait(&handled);
}
