/*---
title: two threads wait for the same child, which then ends; how many get its status, and what does the other get
sender: none
posix: required
posix-note: >-
  One of the threads obtains the status, and it is unspecified which. For the other no child is left, which is ECHILD.
spec: XSH 2.13, wait()
source: [Linux kernel/exit.c child_wait_callback(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
axes: {waits-for: [pid, any]}
portable: Let one thread wait for a child. If two do, the loser must take ECHILD for an answer.
---*/
#include "handlers.h"

static pid_t child;
static const char *outcomes[2];

static void *wait_for_child(void *outcome)
{
	pid_t found = waitpid(axis_is("waits-for", "pid") ? child : -1, NULL, 0);

	*(const char **)outcome = found == child ? "reaped" : error_name(errno);
	return NULL;
}

int main(void)
{
	struct worker workers[2];
	int reaped = 0;

	CHECK(child = fork());
	if (child == 0)
		park(NULL);
	for (int i = 0; i < 2; i++) {
		start(&workers[i], "w", wait_for_child, &outcomes[i]);
		await_parked(getpid(), workers[i].tid, "wait");
	}
	CHECK(kill(child, SIGKILL));
	for (int i = 0; i < 2; i++) {
		finish(&workers[i]);
		if (strcmp(outcomes[i], "reaped") == 0)
			reaped++;
		else
			observe("loser", outcomes[i]);
	}
	observe_count("reapers", reaped);
}
