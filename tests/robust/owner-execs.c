/*---
title: a process holding a robust shared mutex calls exec; what does another get, while the new program lives?
sender: none
posix: unverified # exec ends all threads; whether the one that calls it has terminated is not said
source: [Linux kernel/fork.c exec_mm_release(), FreeBSD sys/kern/kern_umtx.c umtx_exec()]
portable: Unlock before exec; these systems treat a process that calls exec as an owner that has ended.
---*/
#include "robust.h"

static char *self;
static struct gate begun, done; /* they stay open across exec */

static void lock_and_exec(void)
{
	char tell[12], wait[12];
	snprintf(tell, sizeof tell, "%d", begun.fd[1]);
	snprintf(wait, sizeof wait, "%d", done.fd[0]);
	observe_lock("lock-of-owner");
	CHECK(execl(self, self, tell, wait, (char *)NULL));
}

int main(int argc, char **argv)
{
	pid_t owner;

	if (argc > 1) {
		gate_open(&(struct gate){.fd = {-1, atoi(argv[1])}});
		gate_wait(&(struct gate){.fd = {atoi(argv[2]), -1}});
		return 0;
	}
	self = argv[0];
	begun = gate_new();
	done = gate_new();
	new_mutex(true);
	owner = forked(lock_and_exec);
	gate_wait(&begun);
	observe_trylock("lock-of-other");
	gate_open(&done);
	observe_end("owner", owner);
}
