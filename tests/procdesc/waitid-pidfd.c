/*---
title: waitid() is given a pidfd, while the child runs, when it has ended, and when it has been waited for
about: >-
  The pidfd is non-blocking at first: then waitid() does not block.
sender: none
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux kernel/exit.c kernel_waitid_prepare()]
portable: P_PIDFD is Linux's. Wait by pid for what is to work everywhere.
---*/
#include "handlers.h"
#include "procdesc.h"

#define BY_PIDFD ((idtype_t)3) /* P_PIDFD, which old headers lack */

static void observe_waitid(const char *key, int fd, int options)
{
	siginfo_t info = {0};

	if (waitid(BY_PIDFD, (id_t)fd, &info, WEXITED | options) == -1)
		observe(key, error_name(errno));
	else
		observe(key, info.si_pid == 0 ? "nothing" : info.si_code == CLD_KILLED ? "killed" : "other");
}

int main(void)
{
	pid_t child;
	int fd, nonblocking;

	CHECK(child = fork_watched(&fd));
	if (child == 0)
		park(NULL);
	CHECK(nonblocking = open_process(child, O_NONBLOCK));
	observe_waitid("running", fd, WNOHANG);
	observe_waitid("running-nonblocking", nonblocking, 0);
	CHECK(kill_through(fd, SIGKILL));
	observe_waitid("ended", fd, 0);
	observe_waitid("reaped", fd, 0);
}
