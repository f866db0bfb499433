/*---
title: a periodic ITIMER_REAL expires many times while SIGALRM is blocked, then it is unblocked; how often does the handler run
sender: kernel
posix: implementation-defined
posix-note: >-
  Whether a signal that is generated again while it is pending is delivered more than once is left to the
  implementation.
spec: XSH 2.4.1
source: [Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_time.c realitexpire()]
differs:
  freebsd-*: Linux keeps one pending instance of a standard signal; FreeBSD queues one for each expiry
quiet: 1000
portable: >-
  Do not count time by the runs of a handler: expiries may be lost, or come all at once. Read the clock.
---*/
#include "handlers.h"
#include "timers.h"

int main(void)
{
	handle(SIGALRM, count_run, 0);
	mask(SIG_BLOCK, SIGALRM);
	arm_itimer(10, 10);
	let_pass(300);
	arm_itimer(0, 0);
	mask(SIG_UNBLOCK, SIGALRM);
	observe("handler-runs", handler_runs == 0 ? "none" : handler_runs == 1 ? "one" : "several");
}
