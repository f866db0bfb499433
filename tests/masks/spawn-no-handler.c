/*---
title: a caught signal comes to the process group while a spawned child opens a file; does the handler run in the child?
about: >-
  Before exec the child of posix_spawn() shares its parent's memory on these systems, and a handler there would change
  the parent's data. The file is a FIFO, at which the child is stopped until main opens it too.
sender: self-main
posix: unverified # caught signals get their default action in the child, but nothing says at which moment
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c child(), FreeBSD
  lib/libc/gen/posix_spawn.c do_posix_spawn()]
portable: >-
  A handler does not run in a child of posix_spawn() on these systems; it can run in one of vfork(). The child may die
  of the signal before its program has begun: be ready for that where signals go to a whole group.
---*/
#include <sys/stat.h>

#include "handlers.h"
#include "spawned.h"

static volatile sig_atomic_t runs_in_child;
static pid_t parent;

static void count_where(int signo)
{
	if (getpid() == parent)
		count_run(signo);
	else
		runs_in_child++;
}

static void *spawner(void *unused)
{
	posix_spawn_file_actions_t actions;
	char *arguments[] = {self, "report", NULL};
	pid_t child;
	int error;

	CHECK0(posix_spawn_file_actions_init(&actions));
	CHECK0(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "fifo", O_RDONLY, 0));
	error = posix_spawn(&child, self, &actions, NULL, arguments, environ);
	observe("posix-spawn", error_name(error));
	if (error == 0)
		observe_end("child", child);
	return unused;
}

int main(int argc, char **argv)
{
	struct worker worker;

	if (argc > 1) {
		observe("child", "begins");
		return 0;
	}
	self = argv[0];
	parent = getpid();
	CHECK(mkfifo("fifo", 0600));
	handle(SIGUSR1, count_where, SA_RESTART);
	start(&worker, "worker", spawner, NULL);
	await_parked(parent, worker.tid, "vfork");
	CHECK(killpg(getpgrp(), SIGUSR1));
	CHECK(open("fifo", O_RDWR | O_NONBLOCK));
	finish(&worker);
	observe_count("handler-runs", handler_runs);
	observe_count("handler-runs-in-child", runs_in_child);
}
