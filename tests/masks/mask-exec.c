/*---
title: a worker calls exec; whose signal mask does the new program have?
sender: none
posix: required
posix-note: the new program has the signal mask of the thread that called exec
spec: XSH exec
source: [Linux fs/exec.c de_thread(), FreeBSD sys/kern/kern_exec.c do_execve()]
portable: >-
  Set the mask before exec to what the new program expects, usually the empty one: nothing resets it.
---*/
#include "inherited.h"

static char *self;

static void replace(void)
{
	CHECK(execl(self, self, "report", (char *)NULL));
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		observe_inherited_mask();
	} else {
		self = argv[0];
		in_masked_worker(replace);
	}
}
