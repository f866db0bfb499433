/*---
title: a program is spawned with POSIX_SPAWN_SETSID; is there such a flag, and is the program in a session of its own?
sender: none
posix: unverified # the flag is in POSIX.1-2024, and not before
spec: XSH posix_spawn()
source: [musl src/process/posix_spawn.c child(), FreeBSD include/spawn.h]
differs:
  freebsd-*: FreeBSD's spawn.h has no such flag
portable: >-
  Where there is no POSIX_SPAWN_SETSID, let a small program call setsid() and then exec, or fork, setsid() and exec.
---*/
#include "spawned.h"

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		observe("session", getsid(0) == getpid() ? "own" : "inherited");
		observe("group", getpgrp() == getpid() ? "own" : "inherited");
		return 0;
	}
#ifdef POSIX_SPAWN_SETSID
	posix_spawnattr_t attributes;
	CHECK0(posix_spawnattr_init(&attributes));
	observe("there", "yes");
	observe_end("child", spawned_with(&attributes, POSIX_SPAWN_SETSID));
#else
	observe("there", "no");
#endif
}
