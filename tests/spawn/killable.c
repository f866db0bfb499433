/*---
title: a program is spawned by a worker that has every signal open, and sent SIGTERM; does it die
about: >-
  C libraries block all signals in the caller while they spawn. What they forget to open in the child again, it can
  never be killed with.
sender: external
posix: required
posix-note: without SETSIGMASK the child keeps the caller's mask, and what is open and has its default action ends it
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c, FreeBSD lib/libc/gen/posix_spawn.c]
portable: >-
  Where the spawning thread may have blocked signals, pass POSIX_SPAWN_SETSIGMASK with an empty set: a child that has
  SIGTERM blocked dies of SIGKILL only.
hang: expected
---*/
#include "handlers.h"
#include "spawned.h"

static void spawn_and_kill(void)
{
	pid_t child = spawned(NULL, NULL);
	CHECK(kill(child, SIGTERM));
	observe_end("child", child);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1)
		park(NULL);
	in_worker("worker", spawn_and_kill);
}
