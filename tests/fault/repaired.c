/*---
title: the handler makes the page writable and returns; is the write done again
about: Garbage collectors and checkpointing libraries work this way.
sender: kernel
posix: undefined
posix-note: To return normally from a handler after a fault is undefined.
spec: XSH 2.4.3
source: [FreeBSD sys/amd64/amd64/exec_machdep.c sys_sigreturn(), Linux arch/x86/kernel/signal_64.c]
portable: >-
  The standard does not promise it, but Linux and FreeBSD go back to the instruction that faulted, so a handler that has
  removed the cause may return.
---*/
#include "faults.h"

static void repair(int signo, siginfo_t *info, void *context)
{
	observe_fault(signo, info, context);
	CHECK(mprotect(fault_address, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE));
}

static void write_page(void)
{
	fault_address = new_page(PROT_READ);
	*(volatile char *)fault_address = 1;
	observe_yes("written", *(volatile char *)fault_address == 1);
}

int main(void)
{
	handle_info(SIGSEGV, repair, 0);
	in_faulting_worker(write_page);
}
