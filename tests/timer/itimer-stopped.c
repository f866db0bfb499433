/*---
title: an ITIMER_REAL with an interval of an hour expires once while its process is stopped; how often does SIGALRM come when it continues
sender: kernel
posix: required
posix-note: The timer generates one signal when it expires, which is delivered once the process has been continued.
spec: XSH getitimer(), 2.4.3
source: [Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_time.c realitexpire() itimer_proc_continue()]
differs:
  freebsd-*: >-
    FreeBSD posts SIGALRM at the expiry as Linux does, but then puts the timer off; when the process continues, one more
    SIGALRM comes if the next expiry is yet to come, where only one that has passed should bring it (13.2)
quiet: 2000
portable: Look at the clock when SIGALRM comes, before taking it for the end of an interval.
---*/
#include "handlers.h"
#include "timers.h"

int main(void)
{
	pid_t child;

	CHECK(child = fork());
	if (child == 0) {
		handle(SIGALRM, count_run, 0);
		arm_itimer(500, 3600000); /* long enough to be stopped first */
		CHECK(raise(SIGSTOP));
		observe_count("handler-runs", handler_runs);
		_exit(0);
	}
	CHECK(waitpid(child, NULL, WUNTRACED));
	let_pass(800);
	CHECK(kill(child, SIGCONT));
	CHECK(waitpid(child, NULL, 0));
}
