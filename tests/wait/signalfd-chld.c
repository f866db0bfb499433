/*---
title: SIGCHLD is blocked and not handled, a child exits; does a signalfd tell it?
about: Children are reaped when the signalfd becomes readable; SIG_IGN may have been inherited across exec.
sender: kernel
posix: unverified # the standard has no signalfd
source: [Linux kernel/signal.c do_notify_parent(), Linux fs/signalfd.c]
systems: [linux]
portable: >-
  Set SIGCHLD to SIG_DFL at start, for an inherited SIG_IGN takes the signal and the child's status away. FreeBSD has no
  signalfd; EVFILT_PROC with NOTE_EXIT tells of a child there, as a pidfd does on Linux.
axes: {disposition: [default, ignored, handled]}
---*/
#include <sys/signalfd.h>
#include "accepted.h"
#include "handlers.h"

int main(void)
{
	sigset_t set = set_of(SIGCHLD);
	struct signalfd_siginfo info;
	siginfo_t status;
	int fd;
	pid_t child;

	if (!axis_is("disposition", "default"))
		handle(SIGCHLD, axis_is("disposition", "ignored") ? SIG_IGN : count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	CHECK(fd = signalfd(-1, &set, SFD_NONBLOCK));
	CHECK(child = fork());
	if (child == 0)
		_exit(0);
	/* Where the status is thrown away, waitid() returns after the child has ended all the same. */
	observe("waitid", waitid(P_PID, (id_t)child, &status, WEXITED | WNOWAIT) == -1 ? error_name(errno) : "status");
	observe("signalfd", read(fd, &info, sizeof info) == -1 ? error_name(errno) : signal_name((int)info.ssi_signo));
	observe_count("handler-runs", handler_runs);
}
