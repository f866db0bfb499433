/*---
title: amd64 only, a worker divides an integer by zero, or the smallest by -1; which code and address come of it
about: >-
  amd64 raises one fault for both. Other processors raise none, and give 0 or the dividend.
sender: kernel
posix: unspecified
posix-note: >-
  Both operations are undefined in C, and need not raise anything. If SIGFPE comes, FPE_INTDIV is the code for a
  division by zero and FPE_INTOVF that for an overflow, and si_addr is the address of the instruction.
spec: XBD <signal.h>
source: [Linux arch/x86/kernel/traps.c exc_divide_error(), FreeBSD sys/amd64/amd64/trap.c trap()]
axes: {quotient: [by-zero, overflow]}
portable: Test both operands before a division. No system promises SIGFPE, nor its code.
---*/
#include "faults.h"

static volatile int dividend, divisor;

static void divide(void)
{
	dividend = axis_is("quotient", "overflow") ? INT32_MIN : 1;
	divisor = axis_is("quotient", "overflow") ? -1 : 0;
#ifdef __x86_64__
	int quotient = dividend, remainder = dividend >> 31;
	__asm__ volatile("idivl %2" : "+a"(quotient), "+d"(remainder) : "r"(divisor) : "cc");
#endif
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(divide);
}
