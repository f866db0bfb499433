/*---
title: a handler interrupts epoll_wait() without a timeout; does it fail with EINTR, or restart?
about: kevent.c asks the same of FreeBSD's kqueue.
sender: self-worker
posix: unverified
posix-note: epoll is not in the standard.
portable: An event loop calls again after EINTR; SA_RESTART does not help.
systems: [linux]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/epoll.h>

static struct gate gate;
static int queue;

static int call(void)
{
	struct epoll_event event;
	return epoll_wait(queue, &event, 1, -1);
}

static void release(void)
{
	gate_open(&gate);
}

int main(void)
{
	struct epoll_event readable = {.events = EPOLLIN};

	gate = gate_new();
	CHECK(queue = epoll_create1(0));
	CHECK(epoll_ctl(queue, EPOLL_CTL_ADD, gate.fd[0], &readable));
	interrupt_call("poll", call, release);
}
