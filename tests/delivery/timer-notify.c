/*---
title: a timer expires that a worker made with SIGEV_SIGNAL, or with SIGEV_THREAD_ID for itself, every thread sleeps; which thread runs the handler
about: >-
  SIGEV_THREAD_ID is no part of POSIX; both Linux and FreeBSD have it. The thread that it names may end while the timer
  runs.
sender: kernel
posix: unspecified
posix-note: >-
  A signal for the process goes to any one thread that has it open. SIGEV_THREAD_ID is not in the standard.
spec: XSH 2.4.1, timer_create()
source: [Linux kernel/signal.c send_sigqueue(), FreeBSD sys/kern/kern_time.c itimer_fire(), FreeBSD sys/kern/kern_sig.c sigev_findtd()]
axes: {notify: [signal, thread, ended-thread]}
hang: expected
quiet: 1000
portable: >-
  Without SIGEV_THREAD_ID, block the signal in all threads but the one that is to handle it. With it, delete the timer
  before the thread ends, or its signals are lost.
---*/
#include "ended.h"
#include "handlers.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static struct worker idle, owner;
static timer_t timer;

static void arm(void)
{
	const struct itimerspec soon = {.it_value.tv_nsec = 50000000};

	CHECK(timer_settime(timer, 0, &soon, NULL));
}

static void *own_timer(void *main_tid)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

	if (!axis_is("notify", "signal")) {
		event.sigev_notify = SIGEV_THREAD_ID;
		event.sigev_notify_thread_id = (int)thread_id();
	}
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	if (axis_is("notify", "ended-thread"))
		return NULL;
	/* It does not spin, as in timer-monotonic-burn: a thread that runs may take the signal. */
	await_parked(getpid(), *(long *)main_tid, "read");
	await_parked(getpid(), idle.tid, "read");
	arm();
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();

	handle_reporting(SIGALRM);
	start(&idle, "w0", park, NULL);
	start(&owner, "w1", own_timer, &main_tid);
	if (axis_is("notify", "ended-thread")) {
		await_ended(getpid(), owner.tid);
		arm();
	}
	gate_wait(&handled);
}
