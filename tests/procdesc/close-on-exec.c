/*---
title: a descriptor of a child is open when the process calls exec; is it there in the new program
sender: none
posix: unverified # no standard has such descriptors
source: [FreeBSD sys/kern/sys_procdesc.c procdesc_falloc()]
differs:
  freebsd-*: A pidfd is always close-on-exec; a process descriptor is only if pdfork() was given PD_CLOEXEC
portable: Set FD_CLOEXEC, or clear it, with fcntl() rather than trust the default.
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
	observe_yes("close-on-exec", (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(kill(child, SIGKILL));
}
