/*---
title: amd64 only, a worker reads an address that no page table can map; which signal and code come of it
about: >-
  Between the two halves of amd64's address space lie addresses that raise a general protection fault, not a page fault:
  a pointer overwritten with text is one of them.
sender: kernel
posix: unspecified
posix-note: The standard knows invalid addresses and SIGSEGV, but no processor that does not say which address it was.
spec: XSH 2.4.3, XBD <signal.h>
source: [Linux arch/x86/kernel/traps.c exc_general_protection(), FreeBSD sys/amd64/amd64/trap.c trap()]
differs:
  freebsd-*: >-
    FreeBSD makes SIGBUS of a general protection fault, with BUS_OBJERR and the address of the instruction; Linux makes
    SIGSEGV of it, with SI_KERNEL and no address
portable: >-
  Handle SIGSEGV and SIGBUS alike, and do not take an si_addr of 0 for a null pointer unless si_code is SEGV_MAPERR.
---*/
#include "faults.h"

static void read_noncanonical(void)
{
#ifdef __x86_64__
	fault_address = (char *)0x8000000000000000;
	(void)*(volatile char *)fault_address;
#endif
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(read_noncanonical);
}
