/*---
title: waitid() looks twice at each change of a child's state with WNOWAIT, then takes it, then asks again; what does each call say
sender: kernel
posix: required
posix-note: >-
  WNOWAIT leaves the status to be waited for again. A call without it consumes the status, and nobody obtains it twice.
spec: XSH waitid(), 2.13
source: [Linux kernel/exit.c wait_task_stopped(), FreeBSD sys/kern/kern_exit.c report_alive_proc()]
portable: >-
  WNOWAIT is how to see that a child has changed its state, without taking the status from the code that waits for it.
---*/
#include "observe.h"

static void look(pid_t child, const char *key, int change)
{
	for (int i = 0; i < 4; i++) {
		siginfo_t info = {0};
		int options = change | (i < 2 ? WNOWAIT : i == 3 ? WNOHANG : 0);

		if (waitid(P_PID, child, &info, options) == -1)
			observe(key, error_name(errno));
		else
			observe(key, info.si_pid == child ? "told" : "nothing");
	}
}

int main(void)
{
	pid_t child;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(raise(SIGSTOP));
		for (;;)
			pause();
	}
	look(child, "stopped", WSTOPPED);
	CHECK(kill(child, SIGCONT));
	look(child, "continued", WCONTINUED);
	CHECK(kill(child, SIGKILL));
	look(child, "killed", WEXITED);
}
