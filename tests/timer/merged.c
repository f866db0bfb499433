/*---
title: SIGUSR1 is sent by kill() and by a timer while blocked, in one order or the other; how often does the handler run
sender: kernel
posix: implementation-defined
posix-note: >-
  Whether a signal that is sent again while it is pending is delivered more than once is left to the implementation,
  outside the realtime range.
spec: XSH 2.4.1
source: [Linux kernel/signal.c send_sigqueue() legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: >-
    Linux drops a SIGUSR1 of kill() if one is pending, but queues that of a timer in any case; FreeBSD queues every one
axes: {first: [kill, timer]}
quiet: 1000
portable: Give each timer a signal that nobody else sends, and a realtime one at best.
---*/
#include "handlers.h"
#include "timers.h"

int main(void)
{
	timer_t timer = timer_sending(SIGUSR1, 0);

	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	if (axis_is("first", "kill"))
		CHECK(kill(getpid(), SIGUSR1));
	arm(timer, 1, 0);
	if (axis_is("first", "kill"))
		let_pass(200);
	else
		await_pending(SIGUSR1);
	if (axis_is("first", "timer"))
		CHECK(kill(getpid(), SIGUSR1));
	mask(SIG_UNBLOCK, SIGUSR1);
	observe_count("handler-runs", handler_runs);
}
