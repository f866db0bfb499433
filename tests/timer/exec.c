/*---
title: a timer is armed, or its blocked signal is pending, when exec is called; does the signal arrive in the new program
sender: kernel
posix: unspecified # for timer-pending; required for the other two
posix-note: >-
  Timers of timer_create() are deleted by exec, and what then happens to their pending signals is unspecified; an
  interval timer of setitimer() goes on.
spec: XSH exec, timer_delete()
source: [Linux kernel/signal.c flush_itimer_signals(), FreeBSD sys/kern/kern_time.c itimers_event_exit_exec()]
axes: {timer: [setitimer, timer-armed, timer-pending]}
quiet: 1000
portable: >-
  Disarm every timer before exec: an interval timer that goes on may kill the new program, whose SIGALRM has no handler.
---*/
#include "timers.h"

int main(int argc, char **argv)
{
	bool itimer = axis_is("timer", "setitimer");
	int signo = itimer ? SIGALRM : SIGRTMIN;
	siginfo_t info;

	if (argc == 1) {
		mask(SIG_BLOCK, signo);
		if (itimer)
			arm_itimer(100, 0);
		else
			arm(timer_sending(signo, 0), axis_is("timer", "timer-pending") ? 1 : 500, 0);
		if (axis_is("timer", "timer-pending"))
			await_pending(signo);
		CHECK(execl(argv[0], argv[0], "report", (char *)NULL));
	}
	observe("signal", arrives(signo, &info, itimer ? 5000 : 1000) ? "arrived" : "none");
}
