/*---
title: a worker accesses a page against its protection; which signal and code come of it, and is the address exact
about: >-
  A garbage collector or a debugger protects pages to learn of accesses: it needs the exact address.
sender: kernel
posix: required
posix-note: >-
  Access against a page's protection is SIGSEGV with SEGV_ACCERR. Of si_addr the standard says that it is the address of
  the access, but that it may be inaccurate on some systems.
spec: XSH mprotect(), XBD <signal.h>
source: [FreeBSD sys/vm/vm_fault.c vm_fault_trap(), FreeBSD sys/amd64/amd64/trap.c trap_pfault()]
axes: {access: [read, write, execute]}
portable: >-
  SIGSEGV with SEGV_ACCERR and the exact address is what Linux and FreeBSD give on amd64. FreeBSD gives SIGBUS to
  programs built for releases before 7.0, so a handler for both signals does no harm.
---*/
#include "faults.h"

static void access_page(void)
{
	fault_address = new_page(axis_is("access", "read") ? PROT_NONE : PROT_READ) + 8;
	if (axis_is("access", "read"))
		(void)*(volatile char *)fault_address;
	else if (axis_is("access", "write"))
		*(volatile char *)fault_address = 1;
	else
		((void (*)(void))(uintptr_t)fault_address)();
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(access_page);
}
