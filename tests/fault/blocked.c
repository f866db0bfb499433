/*---
title: a worker that blocks SIGSEGV makes a fault, a handler is installed; does the handler run, or is it killed
sender: kernel
posix: undefined
posix-note: The result is undefined if a fault raises SIGSEGV, SIGBUS, SIGFPE or SIGILL while the signal is blocked.
spec: XSH pthread_sigmask()
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c trapsignal()]
portable: >-
  Never block these four signals in a thread that relies on their handler: take them out of any set filled with
  sigfillset().
---*/
#include "faults.h"

static void fault(void)
{
	mask(SIG_BLOCK, SIGSEGV);
	write_to_null();
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(fault);
}
