/*---
title: SIGTSTP is sent to a process that blocks it, which then unblocks it; when does it stop
about: >-
  The child has a process group of its own and its parent is in the same session: an orphaned group would not stop.
sender: external
posix: required
posix-note: A blocked signal stays pending and has no effect; the default action is taken once it is unblocked.
spec: XSH 2.4.1
source: [Linux kernel/signal.c get_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
portable: A program that must not stop in a critical section can block SIGTSTP there. Nothing blocks SIGSTOP.
---*/
#include "observe.h"

int main(void)
{
	struct gate ready = gate_new(), go = gate_new();
	pid_t child;
	int status;

	CHECK(child = fork());
	if (child == 0) {
		CHECK(setpgid(0, 0));
		mask(SIG_BLOCK, SIGTSTP);
		gate_open(&ready);
		gate_wait(&go);
		observe_yes("pending", is_pending(SIGTSTP));
		mask(SIG_UNBLOCK, SIGTSTP);
		observe("child", "continued");
		_exit(0);
	}
	gate_wait(&ready);
	CHECK(kill(child, SIGTSTP));
	gate_open(&go);
	CHECK(waitpid(child, &status, WUNTRACED));
	observe_status("wait", status);
	CHECK(kill(child, SIGCONT));
	CHECK(waitpid(child, &status, 0));
	observe_status("wait", status);
}
