/*---
title: amd64 only, a worker executes an instruction that no program may; which signal, code and address come of it
about: >-
  An undefined one (ud2, what compilers put where code cannot be reached), a privileged one (hlt), a breakpoint (int3)
  and a single step (the trap flag).
sender: kernel
posix: unspecified
posix-note: >-
  The standard has codes for illegal and privileged instructions (SIGILL) and for breakpoints and single steps
  (SIGTRAP), but not which instruction is which.
spec: XBD <signal.h>
source: [Linux arch/x86/kernel/traps.c, FreeBSD sys/amd64/amd64/trap.c trap()]
axes: {instruction: [undefined, privileged, breakpoint, step]}
differs:
  freebsd-*: >-
    For ud2 FreeBSD says that the instruction is privileged, Linux that an operand is illegal. The privileged hlt raises
    a general protection fault, which FreeBSD makes SIGBUS and Linux SIGSEGV without a cause. For int3 FreeBSD says
    TRAP_BRKPT and the address, Linux SI_KERNEL and none.
portable: Decide by the signal, and treat SIGILL, SIGTRAP, SIGSEGV and SIGBUS alike as a crash.
---*/
#include "faults.h"

static void execute(void)
{
#ifdef __x86_64__
	if (axis_is("instruction", "undefined"))
		__asm__ volatile("ud2");
	else if (axis_is("instruction", "privileged"))
		__asm__ volatile("hlt");
	else if (axis_is("instruction", "breakpoint"))
		__asm__ volatile("int3");
	else
		__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\t"
			"nop\n\tlea 128(%%rsp), %%rsp" ::: "cc", "memory");
#endif
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(execute);
}
