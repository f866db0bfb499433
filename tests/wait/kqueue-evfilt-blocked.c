/*---
title: a blocked signal is sent; does EVFILT_SIGNAL tell it, and is it still pending after the event was taken?
sender: self-main
posix: unverified # the standard has no kqueue
source: [FreeBSD sys/kern/kern_sig.c tdsendsignal() filt_sigattach() filt_signal()]
systems: [freebsd]
portable: >-
  On FreeBSD accept the signal with sigtimedwait() after the event, or it runs its handler or ends the process once it
  is unblocked; on Linux reading a signalfd accepts it. An EVFILT_SIGNAL that is added later does not tell what is
  pending.
axes: {added: [before, after]}
---*/
#include <sys/event.h>
#include "accepted.h"

static int queue;

static void add_filter(void)
{
	struct kevent event;
	EV_SET(&event, SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0, NULL);
	CHECK(kevent(queue, &event, 1, NULL, 0, NULL));
}

int main(void)
{
	const struct timespec at_once = {0};
	struct kevent event;

	mask(SIG_BLOCK, SIGUSR1);
	CHECK(queue = kqueue());
	if (axis_is("added", "before"))
		add_filter();
	CHECK(kill(getpid(), SIGUSR1));
	if (axis_is("added", "after"))
		add_filter();
	observe("event", kevent(queue, NULL, 0, &event, 1, &at_once) == 0 ? "none" : "event");
	observe_accepted("sigtimedwait", SIGUSR1);
}
