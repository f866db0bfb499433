/*---
title: a process forks with a kqueue; is its descriptor there in the child?
about: epoll.c is the twin on Linux
sender: none
posix: unverified
source: [FreeBSD sys/kern/kern_descrip.c fdcopy(), FreeBSD sys/kern/kern_event.c kqueueops]
systems: [freebsd]
portable: >-
  Make the epoll or kqueue descriptor after fork(), in the process that waits on it: an epoll set is shared with the
  child, and a kqueue is not there.
---*/
#include "forked.h"
#include <sys/event.h>

static int queue;

static void use_in_child(void)
{
	const struct timespec now = {0, 0};
	struct kevent ready;
	int count = kevent(queue, NULL, 0, &ready, 1, &now);
	observe("wait-in-child", count == 1 ? "ready" : count == 0 ? "nothing" : error_name(errno));
	observe_yes("number-is-free", open("/dev/null", O_RDONLY) == queue);
}

int main(void)
{
	struct gate opened = gate_new();
	struct kevent event;
	CHECK(queue = kqueue());
	EV_SET(&event, opened.fd[0], EVFILT_READ, EV_ADD, 0, 0, NULL);
	CHECK(kevent(queue, &event, 1, NULL, 0, NULL));
	gate_open(&opened);
	observe_end("child", forked(use_in_child));
}
