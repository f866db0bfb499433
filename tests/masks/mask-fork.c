/*---
title: a worker forks; whose signal mask does the child have?
sender: none
posix: required
posix-note: the thread of the child is a replica of the one that called fork()
spec: XSH fork
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork(), FreeBSD lib/libthr/thread/thr_fork.c]
portable: >-
  Set the mask in the child before exec: it is that of the thread which forked, perhaps one that blocks everything.
---*/
#include "inherited.h"

static void fork_a_child(void)
{
	pid_t child;
	CHECK(child = fork());
	if (child == 0) {
		observe_inherited_mask();
		_exit(0);
	}
	reap(child);
}

int main(void)
{
	in_masked_worker(fork_a_child);
}
