/*---
title: a worker spawns a program with a signal mask in the attributes; which mask does it have?
sender: none
posix: required
posix-note: with POSIX_SPAWN_SETSIGMASK the child has the attribute's mask, nothing of the caller's
spec: XSH posix_spawn()
source: [musl src/process/posix_spawn.c child(), FreeBSD lib/libc/gen/posix_spawn.c process_spawnattr()]
portable: >-
  A thread that blocks signals should give posix_spawn() an empty mask with POSIX_SPAWN_SETSIGMASK; without that
  attribute the program begins with the thread's own, and may not be terminable.
---*/
#include "inherited.h"
#include "spawned.h"

static void spawn(void)
{
	posix_spawnattr_t attributes;
	sigset_t set;

	mask(SIG_BLOCK, SIGUSR1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK0(posix_spawnattr_init(&attributes));
	CHECK0(posix_spawnattr_setsigmask(&attributes, &set));
	observe_end("child", spawned_with(&attributes, POSIX_SPAWN_SETSIGMASK));
	observe("caller-after", is_blocked(SIGUSR1) && !is_blocked(SIGUSR2) ? "as before" : "changed");
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		observe_yes("callers-blocked", is_blocked(SIGUSR1));
		observe_yes("attributes-blocked", is_blocked(SIGUSR2));
		observe_yes("others-blocked", others_are_blocked());
	} else {
		in_worker("worker", spawn);
	}
}
