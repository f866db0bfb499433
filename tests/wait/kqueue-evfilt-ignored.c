/*---
title: an ignored signal is sent three times to the process and once to a thread; does EVFILT_SIGNAL count it?
sender: self-main
posix: unverified # the standard has no kqueue
source: [FreeBSD sys/kern/kern_sig.c tdsendsignal() filt_signal()]
systems: [freebsd]
portable: >-
  Ignore the signal, or block it and accept it later, and let EVFILT_SIGNAL tell of it; where Linux matters too, write
  to a pipe in a handler, for Linux' signalfd takes the place of neither.
---*/
#include <sys/event.h>
#include "handlers.h"

int main(void)
{
	const struct timespec at_once = {0};
	struct kevent event;
	int queue;

	handle(SIGUSR1, SIG_IGN, 0);
	CHECK(queue = kqueue());
	EV_SET(&event, SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0, NULL);
	CHECK(kevent(queue, &event, 1, NULL, 0, NULL));
	for (int i = 0; i < 3; i++)
		CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	CHECK(kevent(queue, NULL, 0, &event, 1, &at_once));
	observe_count("signals", (int)event.data);
	observe("again", kevent(queue, NULL, 0, &event, 1, &at_once) == 0 ? "none" : "event");
}
