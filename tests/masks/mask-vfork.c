/*---
title: a worker calls vfork and the child exec; whose signal mask does the new program have?
sender: none
posix: unverified
posix-note: vfork() is in no edition since Issue 7
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: >-
  Use posix_spawn() with POSIX_SPAWN_SETSIGMASK: what a vfork child does to its mask is easy to get wrong and hard to
  see.
---*/
#include "inherited.h"

static char *self;

static void vfork_a_child(void)
{
	pid_t child;
	CHECK(child = vfork());
	if (child == 0) {
		execl(self, self, "report", (char *)NULL);
		_exit(70);
	}
	reap(child);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		observe_inherited_mask();
	} else {
		self = argv[0];
		in_masked_worker(vfork_a_child);
	}
}
