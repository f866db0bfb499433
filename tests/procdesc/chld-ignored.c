/*---
title: SIGCHLD is ignored, and a child that is known by a descriptor ends; does poll() tell, and what does waitpid() say
sender: kernel
posix: unverified # no standard has such descriptors
source: [Linux kernel/signal.c do_notify_parent(), FreeBSD sys/kern/kern_exit.c exit1()]
differs:
  freebsd-*: >-
    on Linux a child of a process that ignores SIGCHLD is gone at once, and only its end is told; a child of FreeBSD's
    pdfork() can be waited for by its pid all the same
portable: poll() tells of the end either way. Leave SIGCHLD at its default where the status is wanted.
---*/
#include "procdesc.h"

int main(void)
{
	struct gate go = gate_new();
	int status, fd;
	pid_t child;

	handle(SIGCHLD, SIG_IGN, 0);
	CHECK(child = fork_watched(&fd));
	if (child == 0) {
		gate_wait(&go);
		_exit(3);
	}
	gate_open(&go);
	observe_yes("ended", strcmp(polled(fd, -1), "nothing") != 0);
	if (waitpid(child, &status, 0) == child)
		observe_status("wait", status);
	else
		observe("wait", error_name(errno));
}
