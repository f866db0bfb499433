/*---
title: main has an alternate signal stack and starts a worker; does the worker have it
sender: none
posix: required
posix-note: A new thread has no alternate stack; two threads on one stack would destroy each other's frames.
spec: XSH pthread_create()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/sys/proc.h]
portable: Give every thread that needs an alternate stack its own, from that thread.
---*/
#include "altstack.h"

static void *look(void *unused)
{
	observe_alternate("worker");
	return unused;
}

int main(void)
{
	struct worker worker;

	use_alternate();
	start(&worker, "worker", look, NULL);
	finish(&worker);
	observe_alternate("main");
}
