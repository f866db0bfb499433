/*---
title: a child exits, SIGCHLD at its default or ignored, while main is in pause() or sigsuspend(); does the wait end?
sender: kernel
posix: required
posix-note: >-
  Only a signal that a function catches, or that ends the process, ends the wait; the default action of SIGCHLD is to
  ignore it.
spec: XSH pause(), XSH sigsuspend()
source: [Linux kernel/signal.c sig_ignored() get_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal() kern_sigsuspend()]
hang: expected
portable: Install a handler, even an empty one, for each signal that is to end pause() or sigsuspend().
axes: {wait: [pause, sigsuspend], disposition: [default, ignored]}
---*/
#include "observe.h"

int main(void)
{
	sigset_t none;
	pid_t parent = getpid(), child;

	handle(SIGCHLD, axis_is("disposition", "ignored") ? SIG_IGN : SIG_DFL, 0);
	/* sigsuspend() opens what is blocked until then, or nothing would tell it from pause(). */
	if (axis_is("wait", "sigsuspend"))
		mask(SIG_BLOCK, SIGCHLD);
	let_others_look();
	CHECK(child = fork());
	if (child == 0) {
		await_parked(parent, 0, "pause");
		_exit(0);
	}
	sigemptyset(&none);
	if (axis_is("wait", "pause"))
		pause();
	else
		sigsuspend(&none);
	observe("wait", "returned");
}
