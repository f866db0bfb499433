/*---
title: another process kill()s, every thread is open; which thread runs the handler
sender: external
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
portable: >-
  Block the signal in main before the first thread starts, and take it in one thread with sigwait(): then there is no
  choice to depend on.
---*/
#include "external.h"
#include "handlers.h"

int main(void)
{
	struct external external = external_new();
	struct worker idle;

	handle_reporting(SIGUSR1);
	start(&idle, "w0", park, NULL);
	external_await(&external, idle.tid, "read");
	external_await(&external, thread_id(), "read");
	external_kill(&external, SIGUSR1);
	gate_wait(&handled);
}
