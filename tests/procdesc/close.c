/*---
title: the last descriptor of a running child is closed, by close() or by the end of its parent; does the child live on
sender: kernel
posix: unverified # no standard has such descriptors
source: [FreeBSD sys/kern/sys_procdesc.c procdesc_close()]
differs:
  freebsd-*: >-
    A pidfd only refers to a process. FreeBSD kills the process when the last descriptor of it is closed, unless
    pdfork() was given PD_DAEMON
axes: {by: [close, exit]}
portable: Give pdfork() PD_DAEMON for a child that is to outlive its parent.
---*/
#include "procdesc.h"

static struct gate go;
static int lives[2];

static pid_t fork_child(int *fd)
{
	pid_t child;

	CHECK(child = fork_watched(fd));
	if (child != 0) {
		await_parked(child, 0, "read");
		return child;
	}
	gate_wait(&go);
	CHECK(write(lives[1], "", 1));
	_exit(0);
}

int main(void)
{
	pid_t parent;
	char byte;
	int fd;

	go = gate_new();
	CHECK(pipe(lives));
	if (axis_is("by", "close")) {
		fork_child(&fd);
		CHECK(close(fd));
	} else {
		CHECK(parent = fork());
		if (parent == 0) {
			fork_child(&fd);
			_exit(0);
		}
		CHECK(waitpid(parent, NULL, 0));
	}
	gate_open(&go);
	close(lives[1]);
	observe("child", read(lives[0], &byte, 1) == 1 ? "lives" : "killed");
}
