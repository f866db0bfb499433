/*---
title: a worker spins until the process's ITIMER_PROF fires, main sleeps; which thread runs the handler
sender: kernel
posix: unspecified
spec: XSH 2.4.1
source: [Linux kernel/time/posix-cpu-timers.c check_cpu_itimer(), FreeBSD sys/kern/subr_trap.c ast()]
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
