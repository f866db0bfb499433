/*
 * A child that is known by a descriptor: Linux's pidfd, FreeBSD's process descriptor.
 */
#ifndef PROCDESC_H
#define PROCDESC_H

#include "observe.h"

#if defined(__linux__)

#include <sys/syscall.h>

UNUSED_OK static int open_process(pid_t pid, unsigned flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

/* As fork(); `fd` is the parent's. */
UNUSED_OK static pid_t fork_watched(int *fd)
{
	pid_t child = fork();

	*fd = -1;
	if (child > 0)
		CHECK(*fd = open_process(child, 0));
	return child;
}

UNUSED_OK static int kill_through(int fd, int signo)
{
	return (int)syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
}

#else

#include <sys/procdesc.h>

UNUSED_OK static pid_t fork_watched(int *fd)
{
	*fd = -1;
	return pdfork(fd, 0);
}

UNUSED_OK static int kill_through(int fd, int signo)
{
	return pdkill(fd, signo);
}

#endif

/* What poll() says of the descriptor within that time, -1 for ever. */
UNUSED_OK static const char *polled(int fd, int milliseconds)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	CHECK(poll(&poller, 1, milliseconds));
	switch (poller.revents) {
	case 0: return "nothing";
	case POLLIN: return "POLLIN";
	case POLLHUP: return "POLLHUP";
	case POLLIN | POLLHUP: return "POLLIN and POLLHUP";
	default: return "other";
	}
}

#endif
