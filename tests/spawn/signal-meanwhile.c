/*---
title: a signal comes to the process while a worker is in posix_spawn(); who handles it, and when?
about: >-
  The child opens a FIFO before its program begins, and is stopped there until main opens it too. That holds the worker
  in the call.
sender: self-main
posix: unspecified
posix-note: >-
  any thread that has the signal open may take it; how long a thread in posix_spawn() does not is not said
spec: XSH 2.4.1
source: [musl src/process/posix_spawn.c posix_spawn(), Linux kernel/fork.c wait_for_vfork_done(), FreeBSD
  sys/kern/kern_fork.c fork_rfppwait()]
axes:
  main: [open, blocked]
portable: >-
  A thread in posix_spawn() handles no signal until the program has begun. Let another thread be open for those that
  matter, and give the child no file to open that may block.
---*/
#include <sys/stat.h>

#include "handlers.h"
#include "spawned.h"

static void *spawner(void *unused)
{
	posix_spawn_file_actions_t actions;

	CHECK0(posix_spawn_file_actions_init(&actions));
	CHECK0(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "fifo", O_RDONLY, 0));
	observe_end("child", spawned(NULL, &actions));
	return unused;
}

int main(int argc, char **argv)
{
	struct worker worker;

	if (argc > 1)
		return 0;
	self = argv[0];
	CHECK(mkfifo("fifo", 0600));
	handle_reporting(SIGUSR1);
	start(&worker, "worker", spawner, NULL);
	await_parked(getpid(), worker.tid, "vfork");
	if (axis_is("main", "blocked"))
		mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	await_parked(getpid(), worker.tid, "vfork");
	observe("handled", handler_runs ? "during the call" : "not yet");
	CHECK(open("fifo", O_RDWR | O_NONBLOCK));
	finish(&worker);
}
