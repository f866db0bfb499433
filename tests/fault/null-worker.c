/*---
title: a worker writes to address 0; which thread runs the handler, and what does it say of the fault
sender: kernel
posix: required
posix-note: >-
  A signal that comes of a hardware fault is generated for the thread that caused it. SEGV_MAPERR is the code for an
  address that is not mapped; si_addr is the address of the access, though it may be inaccurate on some systems.
spec: XSH 2.4.1, XBD <signal.h>
source:
  - Linux kernel/signal.c force_sig_info_to_task()
  - FreeBSD sys/vm/vm_fault.c vm_fault_trap()
  - FreeBSD sys/kern/kern_sig.c trapsignal()
portable: >-
  A fault is handled by the thread that makes it, on every system, so a handler for SIGSEGV may look at that thread's
  own data. End the process in it, or leave it with siglongjmp().
---*/
#include "faults.h"

int main(void)
{
	report_faults(0);
	in_faulting_worker(write_to_null);
}
