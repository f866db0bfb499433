/*---
title: a worker spawns a program with or without SETPGROUP; in which process group and session is it?
sender: none
posix: required
posix-note: without the flag the caller's group; with it and a group of 0 the child is in a new one of its own
spec: XSH posix_spawn()
source: [musl src/process/posix_spawn.c child(), FreeBSD lib/libc/gen/posix_spawn.c process_spawnattr()]
axes:
  group: [inherited, own]
portable: >-
  POSIX_SPAWN_SETPGROUP with group 0 is done before the program begins, so that a kill() of the group by the parent
  cannot come too early, as it can when setpgid() is called after a fork().
---*/
#include "spawned.h"

static void spawn(void)
{
	posix_spawnattr_t attributes;
	CHECK0(posix_spawnattr_init(&attributes));
	CHECK0(posix_spawnattr_setpgroup(&attributes, 0));
	pid_t child = spawned_with(&attributes, axis_is("group", "own") ? POSIX_SPAWN_SETPGROUP : 0);
	observe("seen-by-parent", getpgid(child) == child ? "own" : getpgid(child) == getpgrp() ? "inherited" : "other");
	observe_end("child", child);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		observe("group", getpgrp() == getpid() ? "own" : getpgrp() == getpgid(getppid()) ? "inherited" : "other");
		observe("session", getsid(0) == getpid() ? "own" : getsid(0) == getsid(getppid()) ? "inherited" : "other");
	} else {
		in_worker("worker", spawn);
	}
}
