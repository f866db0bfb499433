/*---
title: a handler interrupts kevent() without a timeout; does it fail with EINTR, or restart?
about: epoll_wait.c asks the same of Linux's epoll.
sender: self-worker
posix: unverified
posix-note: kqueue is not in the standard.
source: [FreeBSD sys/kern/kern_event.c kqueue_scan()]
portable: An event loop calls again after EINTR; SA_RESTART does not help.
systems: [freebsd]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/event.h>

static struct gate gate;
static int queue;

static int call(void)
{
	struct kevent event;
	return kevent(queue, NULL, 0, &event, 1, NULL);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	struct kevent readable;

	gate = gate_new();
	EV_SET(&readable, gate.fd[0], EVFILT_READ, EV_ADD, 0, 0, NULL);
	CHECK(queue = kqueue());
	CHECK(kevent(queue, &readable, 1, NULL, 0, NULL));
	interrupt_call("poll", call, release);
}
