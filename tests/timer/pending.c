/*---
title: a timer's signal is pending and blocked, then the timer is deleted, disarmed, or set to an hour; is it still pending
sender: kernel
posix: unspecified
posix-note: What happens to the pending signal of a timer that is deleted, disarmed or set anew is unspecified.
spec: XSH timer_settime(), timer_delete()
source: [Linux kernel/signal.c sigqueue_free(), FreeBSD sys/kern/kern_time.c kern_ktimer_delete()]
differs:
  debian-sid: >-
    Linux 6.12 lets the signal arrive; 6.18 drops it when somebody comes to take it, though it still says that it is
    pending
  freebsd-*: FreeBSD takes the signal away when its timer is deleted
axes: {then: [delete, disarm, set]}
quiet: 1000
portable: >-
  After a timer is deleted or disarmed, be ready for one more signal of it. Take it with sigtimedwait() and a timeout of
  zero where it must not come later.
---*/
#include "timers.h"

int main(void)
{
	timer_t timer = timer_sending(SIGRTMIN, 0);
	siginfo_t info;

	mask(SIG_BLOCK, SIGRTMIN);
	arm(timer, 1, 0);
	await_pending(SIGRTMIN);
	if (axis_is("then", "delete"))
		CHECK(timer_delete(timer));
	else
		arm(timer, axis_is("then", "set") ? 3600000 : 0, 0);
	observe_yes("pending", is_pending(SIGRTMIN));
	observe("sigtimedwait", arrives(SIGRTMIN, &info, 0) ? "arrived" : error_name(errno));
}
