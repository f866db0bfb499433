/*---
title: a forked child polls its parent's epoll instance with a signalfd in it; whose pending signal is either told of?
about: >-
  epoll learns of a signal from the process that added the signalfd, but whether the descriptor is ready it asks for
  whoever polls. So a child is not told of its own signal, and takes from its parent the event of the parent's.
sender: self-main
posix: unverified # the standard has neither
source: [Linux fs/signalfd.c signalfd_poll(), Linux fs/eventpoll.c ep_insert() ep_send_events()]
systems: [linux]
portable: >-
  After fork make a new signalfd and a new epoll instance in the child. FreeBSD's kqueue() descriptors are not inherited
  at all.
axes: {pending-on: [child, parent]}
---*/
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include "accepted.h"

int main(void)
{
	sigset_t set = set_of(SIGUSR1);
	struct epoll_event event = {.events = EPOLLIN};
	struct signalfd_siginfo info;
	struct gate polled = gate_new(), leave = gate_new();
	int fd, queue, status;
	pid_t child;

	mask(SIG_BLOCK, SIGUSR1);
	CHECK(fd = signalfd(-1, &set, SFD_NONBLOCK));
	CHECK(queue = epoll_create1(0));
	CHECK(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event));
	if (axis_is("pending-on", "parent"))
		CHECK(kill(getpid(), SIGUSR1));
	CHECK(child = fork());
	if (child == 0) {
		if (axis_is("pending-on", "child"))
			CHECK(kill(getpid(), SIGUSR1));
		observe("child-polls", epoll_wait(queue, &event, 1, 0) == 1 ? "ready" : "none ready");
		observe("child-reads", read(fd, &info, sizeof info) == -1 ? error_name(errno) : signal_name((int)info.ssi_signo));
		gate_open(&polled);
		gate_wait(&leave);
		_exit(0);
	}
	gate_wait(&polled);
	observe("parent-polls", epoll_wait(queue, &event, 1, 0) == 1 ? "ready" : "none ready");
	/* Not sooner: a SIGCHLD that finds the parent in a fork() which blocks all signals would make epoll look again. */
	gate_open(&leave);
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
}
