/*---
title: another process sends SIGTERM at its default action, main blocks it, only a worker is open; is the process killed
sender: external
posix: required
spec: XSH 2.4.1
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c postsig()]
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
