/*---
title: a descriptor of a child is polled while it runs, when it has ended, and when it has been waited for
sender: external
posix: unverified # no standard has such descriptors
source: [Linux fs/pidfs.c pidfd_poll(), FreeBSD sys/kern/sys_procdesc.c procdesc_poll()]
differs:
  debian-1[12]: Linux says POLLHUP too of a process that has been waited for, since 6.9
  freebsd-*: Linux says POLLIN of a process that has ended, FreeBSD POLLHUP
portable: Ask poll() for POLLIN, and take any event for the end of the process.
---*/
#include "handlers.h"
#include "procdesc.h"

int main(void)
{
	pid_t child;
	int fd;

	CHECK(child = fork_watched(&fd));
	if (child == 0)
		park(NULL);
	observe("running", polled(fd, 0));
	CHECK(kill_through(fd, SIGKILL));
	observe("ended", polled(fd, -1));
	CHECK(waitpid(child, NULL, 0));
	observe("reaped", polled(fd, 0));
}
