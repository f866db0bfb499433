/*---
title: three realtime signals are pending and become unblocked at once; in which order do their handlers run
about: >-
  The lowest number is delivered first. Under an empty sa_mask the next one is delivered before the first handler has
  executed an instruction, and so on: the handlers are entered one on top of the other, and the highest runs first.
sender: self-main
posix: required
posix-note: >-
  Of several realtime signals that are pending and unblocked, the one with the lowest number is delivered. That its
  handler also finishes first follows only if sa_mask blocks the others.
spec: XSH 2.4.2
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/subr_trap.c ast()]
axes: {sa-mask: [empty, full]}
portable: >-
  Fill sa_mask if handlers are to run in the order of their numbers. With an empty one, expect the reverse.
---*/
#include "observe.h"

static void on_signal(int signo)
{
	observe("handler-runs", signal_name(signo));
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t set;

	if (axis_is("sa-mask", "full"))
		sigfillset(&action.sa_mask);
	else
		sigemptyset(&action.sa_mask);
	sigemptyset(&set);
	for (int i = 0; i < 3; i++) {
		sigaddset(&set, SIGRTMIN + i);
		CHECK(sigaction(SIGRTMIN + i, &action, NULL));
		mask(SIG_BLOCK, SIGRTMIN + i);
		CHECK(sigqueue(getpid(), SIGRTMIN + i, (union sigval){0}));
	}
	CHECK0(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
}
