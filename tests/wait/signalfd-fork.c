/*---
title: a signal is pending on the parent, then on its forked child; whose does the child read from their signalfd?
about: >-
  A descriptor that is inherited usually stands for one thing that parent and child share. A signalfd stands for the
  signals of whoever reads it.
sender: self-main
posix: unverified # the standard has no signalfd
source: [Linux fs/signalfd.c signalfd_dequeue() signalfd_poll()]
systems: [linux]
portable: >-
  Make a signalfd in the process that reads it, and close it in others; do not add it to an epoll instance that is used
  across fork. FreeBSD has no signalfd, and kqueue() descriptors are not inherited.
---*/
#include <sys/signalfd.h>
#include "accepted.h"

static int fd;

static void observe_read(const char *key)
{
	struct signalfd_siginfo info;
	observe(key, read(fd, &info, sizeof info) == -1 ? error_name(errno) : signal_name((int)info.ssi_signo));
}

int main(void)
{
	sigset_t set = set_of(SIGUSR1);
	int status;
	pid_t child;

	mask(SIG_BLOCK, SIGUSR1);
	CHECK(fd = signalfd(-1, &set, SFD_NONBLOCK));
	CHECK(kill(getpid(), SIGUSR1));
	CHECK(child = fork());
	if (child == 0) {
		observe_read("child-reads-parents");
		CHECK(kill(getpid(), SIGUSR1));
		observe_read("child-reads-own");
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("child", status);
	observe_read("parent-reads");
}
