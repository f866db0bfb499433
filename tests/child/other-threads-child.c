/*---
title: one thread forks, another waits for the child; does it get the status, also when the forking thread has ended
sender: none
posix: required
posix-note: Children belong to the process. Any of its threads can wait for them.
spec: XSH wait()
source: [Linux kernel/exit.c do_wait_thread(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
axes: {forker: [main, worker, ended-worker]}
portable: Any thread may wait for a child of any other.
---*/
#include "observe.h"

static pid_t child;
static struct gate never;

static void *fork_child(void *unused)
{
	CHECK(child = fork());
	if (child == 0)
		_exit(3);
	if (axis_is("forker", "worker"))
		gate_wait(&never);
	return unused;
}

static void *wait_for_child(void *unused)
{
	int status;

	if (waitpid(-1, &status, 0) == child)
		observe_status("wait", status);
	else
		observe("wait", error_name(errno));
	return unused;
}

int main(void)
{
	struct worker worker;

	never = gate_new();
	if (axis_is("forker", "main")) {
		fork_child(NULL);
		start(&worker, "w0", wait_for_child, NULL);
		finish(&worker);
		return 0;
	}
	start(&worker, "w0", fork_child, NULL);
	if (axis_is("forker", "worker"))
		await_parked(getpid(), worker.tid, "read");
	else
		finish(&worker);
	wait_for_child(NULL);
}
