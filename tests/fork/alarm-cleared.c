/*---
title: a worker forks while an alarm and a CPU timer are armed; does the child have them?
sender: none
posix: required
posix-note: the alarm and the interval timers are cleared in the child
spec: XSH fork
source: [Linux kernel/fork.c copy_signal(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: >-
  Set timers in the child itself if it needs them: none is inherited.
---*/
#include "observe.h"
#include <sys/time.h>

static void observe_timers(const char *alarm_key, const char *timer_key)
{
	struct itimerval timer;
	CHECK(getitimer(ITIMER_PROF, &timer));
	observe(timer_key, timer.it_value.tv_sec != 0 ? "armed" : "none");
	observe(alarm_key, alarm(0) != 0 ? "armed" : "none");
}

static void *forker(void *unused)
{
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		observe_timers("alarm-in-child", "cpu-timer-in-child");
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	observe_timers("alarm-in-parent", "cpu-timer-in-parent");
	return unused;
}

int main(void)
{
	struct worker worker;
	struct itimerval hour = {.it_value = {.tv_sec = 3600}};
	CHECK(setitimer(ITIMER_PROF, &hour, NULL));
	alarm(3600);
	start(&worker, "worker", forker, NULL);
	finish(&worker);
}
