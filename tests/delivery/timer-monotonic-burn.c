/*---
title: a worker spins until a CLOCK_MONOTONIC timer's signal comes, main sleeps; which thread runs the handler
about: >-
  A sampling profiler, or a scheduler that preempts its tasks, wants the timer's signal in the thread that is running.
sender: kernel
posix: unspecified
posix-note: A timer's signal is generated for the process, so it goes to any one thread that has it open.
spec: XSH 2.4.1, timer_create()
source: [Linux kernel/signal.c send_sigqueue() complete_signal(), FreeBSD sys/kern/kern_time.c itimer_fire(), FreeBSD sys/kern/subr_trap.c ast()]
bugs: ["Linux before 6.4: it always preferred the main thread"]
differs:
  debian-1[12]: Linux prefers the running thread since 6.4; before, it preferred the main thread
repeat: 100
allowed:
  handler-thread: {values: [main, w0], why: it depends on what the processor on which the timer expires is running}
portable: >-
  Where the thread matters, give each thread a timer of its own, with SIGEV_THREAD_ID (not POSIX, but on Linux and
  FreeBSD alike) or with a clock that counts that thread's CPU time.
---*/
#include "handlers.h"

static void *spin(void *main_tid)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
	const struct itimerspec soon = {.it_value.tv_nsec = 5000000};
	timer_t timer;

	await_parked(getpid(), *(long *)main_tid, "read");
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(timer_settime(timer, 0, &soon, NULL));
	while (handler_runs == 0)
		;
	return NULL;
}

int main(void)
{
	long main_tid = thread_id();
	struct worker spinner;

	handle_reporting(SIGALRM);
	start(&spinner, "w0", spin, &main_tid);
	gate_wait(&handled);
}
