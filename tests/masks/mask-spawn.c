/*---
title: a worker calls posix_spawn without a mask attribute; whose signal mask does the child have?
sender: none
posix: unverified
posix-note: the words on the mask without the attribute were not found
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c, FreeBSD lib/libc/gen/posix_spawn.c]
portable: >-
  Say the mask: POSIX_SPAWN_SETSIGMASK with an empty set makes a child that can be signalled whichever thread starts it.
---*/
#include "inherited.h"
#include <spawn.h>

extern char **environ;
static char *self;

static void spawn(void)
{
	char *arguments[] = {self, "report", NULL};
	pid_t child;
	CHECK0(posix_spawn(&child, self, NULL, NULL, arguments, environ));
	reap(child);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		observe_inherited_mask();
	} else {
		self = argv[0];
		in_masked_worker(spawn);
	}
}
