/*---
title: a timer is armed when the process forks; does its blocked signal arrive in the child, and in the parent
sender: kernel
posix: required
posix-note: A child inherits no timer of timer_create(), and its interval timers are reset.
spec: XSH fork()
source: [Linux kernel/fork.c copy_signal()]
axes: {timer: [setitimer, timer-create]}
quiet: 1000
portable: A child that needs a timer creates it itself.
---*/
#include "timers.h"

int main(void)
{
	bool itimer = axis_is("timer", "setitimer");
	int signo = itimer ? SIGALRM : SIGRTMIN;
	siginfo_t info;
	pid_t child;

	mask(SIG_BLOCK, signo);
	if (itimer)
		arm_itimer(100, 0);
	else
		arm(timer_sending(signo, 0), 100, 0);
	CHECK(child = fork());
	if (child == 0) {
		observe("child", arrives(signo, &info, 500) ? "arrived" : "none");
		_exit(0);
	}
	CHECK(waitpid(child, NULL, 0));
	observe("parent", arrives(signo, &info, 5000) ? "arrived" : "none");
}
