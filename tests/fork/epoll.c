/*---
title: a process forks with an epoll descriptor; does it work in the child, and for whom?
about: kqueue.c is the twin on FreeBSD
sender: none
posix: unverified
systems: [linux]
portable: >-
  Make the epoll or kqueue descriptor after fork(), in the process that waits on it: an epoll set is shared with the
  child, and a kqueue is not there.
---*/
#include "forked.h"
#include <sys/epoll.h>

static int set;
static struct gate registered;

static void use_in_child(void)
{
	struct epoll_event event = {.events = EPOLLIN}, ready;
	struct gate childs = gate_new();
	observe("wait-in-child", epoll_wait(set, &ready, 1, 0) == 1 ? "ready" : "nothing");
	gate_wait(&registered);
	gate_open(&childs);
	observe("add-in-child", epoll_ctl(set, EPOLL_CTL_ADD, childs.fd[0], &event) == 0 ? "0" : error_name(errno));
}

int main(void)
{
	struct epoll_event event = {.events = EPOLLIN}, ready;
	CHECK(set = epoll_create1(0));
	registered = gate_new();
	CHECK(epoll_ctl(set, EPOLL_CTL_ADD, registered.fd[0], &event));
	gate_open(&registered);
	observe_end("child", forked(use_in_child));
	observe("childs-own-in-parent", epoll_wait(set, &ready, 1, 0) == 1 ? "ready" : "nothing");
}
