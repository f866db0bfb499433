/*---
title: a child has stopped and continued, or stopped and been killed, before its parent asks; which changes does waitpid report
sender: kernel
posix: required
posix-note: New status information replaces what has not been waited for yet.
spec: XSH 2.13
source: [Linux kernel/exit.c wait_task_continued(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
axes: {then: [continued, killed]}
portable: A parent sees the newest change of a child only. Do not count stops and continues.
---*/
#include "observe.h"

int main(void)
{
	bool killed = axis_is("then", "killed");
	siginfo_t info;
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(raise(SIGSTOP));
		for (;;)
			pause();
	}
	CHECK(waitid(P_PID, child, &info, WSTOPPED | WNOWAIT));
	CHECK(kill(child, killed ? SIGKILL : SIGCONT));
	CHECK(waitid(P_PID, child, &info, (killed ? WEXITED : WCONTINUED) | WNOWAIT));
	for (int i = 0; i < 2; i++) {
		pid_t found = waitpid(child, &status, WUNTRACED | WCONTINUED | WNOHANG);

		if (found == child)
			observe_status("wait", status);
		else
			observe("wait", found == 0 ? "nothing" : error_name(errno));
	}
	if (!killed)
		CHECK(kill(child, SIGKILL));
}
