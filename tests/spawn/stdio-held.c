/*---
title: >-
  another thread holds stdout's lock while a worker spawns a program; does the call return, and can the program print?
sender: none
posix: required
posix-note: posix_spawn() takes no lock that a program can hold, and the new program has locks of its own
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c, FreeBSD lib/libc/gen/posix_spawn.c
  do_posix_spawn()]
hang: expected
portable: >-
  posix_spawn() is safe in a process with threads, whatever they hold; fork() is so only with a child that calls exec
  at once.
---*/
#include "spawned.h"

static struct gate locked, done;

static void *holder(void *unused)
{
	flockfile(stdout);
	gate_open(&locked);
	gate_wait(&done);
	funlockfile(stdout);
	return unused;
}

static void spawn(void)
{
	posix_spawn_file_actions_t actions;
	CHECK0(posix_spawn_file_actions_init(&actions));
	CHECK0(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
	observe_end("child", spawned(NULL, &actions));
}

int main(int argc, char **argv)
{
	struct worker worker;

	self = argv[0];
	if (argc > 1) {
		puts("program: prints");
		return 0;
	}
	locked = gate_new();
	done = gate_new();
	start(&worker, "holder", holder, NULL);
	gate_wait(&locked);
	in_worker("worker", spawn);
	gate_open(&done);
	finish(&worker);
}
