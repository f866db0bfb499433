/*---
title: main or a worker recurses until its stack is used up; which signal and code come of it, and can it be handled
about: >-
  A handler needs a stack, and there is none left, unless it has an alternate one. Main's stack grows up to a limit; a
  worker's ends at a guard page.
sender: kernel
posix: required
posix-note: >-
  Beyond the limit of the initial thread's stack it is SIGSEGV. Where the handler has no alternate stack, the action is
  set to the default before, so that SIGSEGV ends the process. Of other threads' stacks nothing is said.
spec: XSH sigaltstack(), XSH getrlimit()
source:
  - Linux kernel/signal.c signal_setup_done()
  - FreeBSD sys/amd64/amd64/exec_machdep.c sendsig()
  - FreeBSD sys/vm/vm_map.c vm_map_growstack()
axes: {stack: [alternate, ordinary], thread: [main, worker]}
differs:
  debian-sid: >-
    with glibc 2.43 on Linux 7.2 nothing is mapped where the guard of a thread's stack is (SEGV_MAPERR), as madvise()
    with MADV_GUARD_INSTALL leaves it; with older ones the guard is mapped and protected (SEGV_ACCERR)
  freebsd-*: >-
    FreeBSD kills with SIGILL a process whose handler has no stack to run on; Linux with SIGSEGV, as the standard asks.
    Beyond the limit of main's stack lies a guard for FreeBSD (SEGV_ACCERR), and nothing for Linux (SEGV_MAPERR).
portable: >-
  Give each thread whose overflow you want to report an alternate stack, and the handler SA_ONSTACK. Take SEGV_MAPERR
  and SEGV_ACCERR alike, and a child that ended by SIGILL for one that may have overflowed.
---*/
#include "altstack.h"
#include "faults.h"

static void report(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("handler-thread", my_name);
	observe("signal", signal_name(signo));
	observe("code", code_name(signo, info->si_code));
	observe_stack("handler-stack");
	_exit(0);
}

static volatile bool enough;

/* A frame is smaller than a page, lest it jump over a guard page. */
static int recurse(const volatile char *above)
{
	volatile char frame[2048];
	frame[0] = *above;
	return enough ? 0 : recurse(frame) + frame[0];
}

static void overflow(void)
{
	if (axis_is("stack", "alternate"))
		use_alternate();
	recurse("");
}

int main(void)
{
	handle_info(SIGSEGV, report, SA_ONSTACK);
	handle_info(SIGBUS, report, SA_ONSTACK);
	if (axis_is("thread", "main"))
		overflow();
	else
		in_faulting_worker(overflow);
}
