/*---
title: another process kill()s four times, main blocks the signal, two workers are open; which thread runs the handler each time
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
	struct worker w0, w1;

	handle_reporting(SIGUSR1);
	start(&w0, "w0", park, NULL);
	start(&w1, "w1", park, NULL);
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 4; i++) {
		external_await(&external, w0.tid, "read");
		external_await(&external, w1.tid, "read");
		external_kill(&external, SIGUSR1);
		gate_wait(&handled);
	}
}
