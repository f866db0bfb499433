/*---
title: >-
  a program is spawned by one that ignores a signal and catches another, with or without SETSIGDEF; what do they do
  there?
sender: none
posix: required
posix-note: >-
  caught signals get their default action, ignored ones stay ignored unless SETSIGDEF names them; SIGCHLD may get its
  default in any case
spec: XSH posix_spawn()
source: [musl src/process/posix_spawn.c child(), FreeBSD lib/libc/gen/posix_spawn.c process_spawnattr(), FreeBSD
  sys/kern/kern_sig.c execsigs()]
axes:
  setsigdef: [none, all]
differs:
  freebsd-*: FreeBSD sets an ignored SIGCHLD back to its default at exec; Linux keeps it ignored
portable: >-
  Name the signals that the parent ignores, SIGPIPE and SIGCHLD above all, in POSIX_SPAWN_SETSIGDEF: most programs
  expect their default.
---*/
#include "handlers.h"
#include "spawned.h"

int main(int argc, char **argv)
{
	posix_spawnattr_t attributes;
	sigset_t set;
	pid_t child;

	self = argv[0];
	if (argc > 1) {
		observe("caught", action_of(SIGUSR1));
		observe("ignored", action_of(SIGPIPE));
		observe("ignored-chld", action_of(SIGCHLD));
		return 0;
	}
	handle(SIGUSR1, count_run, 0);
	handle(SIGPIPE, SIG_IGN, 0);
	handle(SIGCHLD, SIG_IGN, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGCHLD);
	CHECK0(posix_spawnattr_init(&attributes));
	CHECK0(posix_spawnattr_setsigdefault(&attributes, &set));
	child = spawned_with(&attributes, axis_is("setsigdef", "all") ? POSIX_SPAWN_SETSIGDEF : 0);
	waitpid(child, NULL, 0); /* waits, and then fails: SIGCHLD is ignored */
	observe("parents-chld", action_of(SIGCHLD));
}
