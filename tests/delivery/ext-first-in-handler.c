/*---
title: another process kill()s again while the first worker is still in the handler, main blocks the signal; which thread runs it
sender: external
posix: required
posix-note: a thread in the handler has the signal blocked, so that another one which is open must be chosen
spec: XSH 2.4.1, sigaction()
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
portable: >-
  A handler may run in two threads at once: what it shares needs more than the mask of its own signal, such as lock-free
  atomics.
---*/
#include "external.h"
#include "handlers.h"

static void stay_in_handler(int signo)
{
	report_thread(signo);
	park(NULL);
}

int main(void)
{
	struct external external = external_new();
	struct worker w0, w1;

	handled = gate_new();
	handle(SIGUSR1, stay_in_handler, SA_RESTART);
	start(&w0, "w0", park, NULL);
	start(&w1, "w1", park, NULL);
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 2; i++) {
		external_await(&external, w0.tid, "read");
		external_await(&external, w1.tid, "read");
		external_kill(&external, SIGUSR1);
		gate_wait(&handled);
	}
}
