/*---
title: a thread with an alternate signal stack calls fork or vfork; has the child got it, or a program that it executes
about: Asked from main and from a worker, whose alternate stack is its own.
sender: none
posix: required
posix-note: >-
  Nothing excepts it from what a forked child inherits of its thread, and no exec function keeps it. vfork() is in no
  edition since Issue 7.
spec: XSH fork(), XSH exec
source:
  - Linux kernel/fork.c copy_process()
  - FreeBSD sys/kern/kern_fork.c do_fork()
  - FreeBSD sys/kern/kern_sig.c execsigs()
axes: {call: [fork, vfork], thread: [main, worker]}
portable: A forked child handles signals as its thread did. A new program has to set up its own alternate stack.
---*/
#include "altstack.h"

static char *self;

static void *have_a_child(void *unused)
{
	pid_t child;
	int status;

	use_alternate();
	CHECK(child = axis_is("call", "fork") ? fork() : vfork());
	if (child == 0) {
		observe_alternate("child");
		execl(self, self, "report", (char *)NULL);
		_exit(70);
	}
	CHECK(waitpid(child, &status, 0));
	observe_status("status", status);
	observe_alternate("parent-afterwards");
	return unused;
}

int main(int argc, char **argv)
{
	struct worker worker;

	self = argv[0];
	if (argc > 1) {
		observe_alternate("new-program");
	} else if (axis_is("thread", "main")) {
		have_a_child(NULL);
	} else {
		start(&worker, "worker", have_a_child, NULL);
		finish(&worker);
	}
}
