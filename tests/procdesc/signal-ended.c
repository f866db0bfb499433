/*---
title: a signal is sent through the descriptor of a child that has ended, before and after it is waited for
about: >-
  A pid may belong to another process by then; a descriptor may not.
sender: self-main
posix: unverified # no standard has such descriptors
source: [Linux kernel/signal.c kill_pid_info(), FreeBSD sys/kern/sys_procdesc.c procdesc_find()]
portable: ESRCH from pidfd_send_signal() or pdkill() says that the process is gone; no other process can be hit.
---*/
#include "procdesc.h"

static void observe_kill(const char *key, int fd)
{
	observe(key, kill_through(fd, SIGTERM) == -1 ? error_name(errno) : "0");
}

int main(void)
{
	pid_t child;
	int fd;

	CHECK(child = fork_watched(&fd));
	if (child == 0)
		_exit(0);
	polled(fd, -1);
	observe_kill("ended", fd);
	CHECK(waitpid(child, NULL, 0));
	observe_kill("reaped", fd);
}
