/*---
title: SIGSEGV is ignored, and a worker makes a fault; what happens
sender: kernel
posix: undefined
posix-note: A process that ignores a SIGSEGV which no call has sent is in undefined behaviour.
spec: XSH 2.4.3
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c trapsignal()]
portable: Ignoring SIGSEGV only keeps others from sending it. A fault kills all the same.
---*/
#include "faults.h"

int main(void)
{
	handle(SIGSEGV, SIG_IGN, 0);
	in_faulting_worker(write_to_null);
}
