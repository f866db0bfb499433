/*---
title: another process sends SIGTERM at its default action, main blocks it, only a worker is open; is the process killed
sender: external
posix: required
posix-note: the action of a signal that one thread has open is taken for the whole process
spec: XSH 2.4.1
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c postsig()]
portable: >-
  To keep a process alive, block or ignore the signal in every thread: one that is open, perhaps in a library's thread,
  is enough to end it.
---*/
#include "external.h"
#include "handlers.h"

int main(void)
{
	struct external external = external_new();
	struct worker worker;

	start(&worker, "w0", park, NULL);
	mask(SIG_BLOCK, SIGTERM);
	external_await(&external, worker.tid, "read");
	external_await(&external, thread_id(), "read");
	external_kill(&external, SIGTERM);
	park(NULL);
}
