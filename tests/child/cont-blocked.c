/*---
title: a stopped process that blocks or ignores SIGCONT is sent one; does it go on, and is the signal pending then
sender: external
posix: required
posix-note: >-
  A stopped process continues when SIGCONT is generated for it, even if it blocks or ignores it. A blocked SIGCONT that
  is not ignored stays pending; of one that is both blocked and ignored this is not said.
spec: XSH 2.4.1
source: [Linux kernel/signal.c prepare_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
axes: {cont: [blocked, ignored]}
portable: Do not block or ignore SIGCONT to stay stopped. It always continues the process.
---*/
#include "handlers.h"

int main(void)
{
	bool blocked = axis_is("cont", "blocked");
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		handle(SIGCONT, blocked ? count_run : SIG_IGN, 0);
		if (blocked)
			mask(SIG_BLOCK, SIGCONT);
		CHECK(raise(SIGSTOP));
		observe("child", "continued");
		observe_yes("pending", is_pending(SIGCONT));
		mask(SIG_UNBLOCK, SIGCONT);
		observe_count("handler-runs", handler_runs);
		_exit(0);
	}
	CHECK(waitpid(child, &status, WUNTRACED));
	observe_status("wait", status);
	CHECK(kill(child, SIGCONT));
	CHECK(waitpid(child, &status, 0));
	observe_status("wait", status);
}
