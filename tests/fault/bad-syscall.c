/*---
title: a worker makes a system call that does not exist; does SIGSYS come, and what does the call return
about: A program built for a newer kernel does this. Linux programs rely on ENOSYS to try an older call.
sender: kernel
posix: unspecified
posix-note: SIGSYS (an option, XSI) is for a bad system call; system calls are below the standard.
spec: XBD <signal.h>
source: [FreeBSD sys/kern/kern_sig.c nosys(), Linux kernel/sys_ni.c sys_ni_syscall()]
differs:
  freebsd-*: FreeBSD sends SIGSYS to the thread, whose default ends the process, and fails with ENOSYS; Linux only fails
portable: >-
  Before you try a call that the kernel may lack, ignore SIGSYS, then look for ENOSYS.
---*/
#include <sys/syscall.h>

#include "codes.h"
#include "faults.h"

static void report(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("handler-thread", my_name);
	observe("code", code_name(signo, info->si_code));
}

static void *call(void *unused)
{
	observe("call", syscall(100000) == -1 ? error_name(errno) : "returned");
	return unused;
}

int main(void)
{
	struct worker worker;

	handle_info(SIGSYS, report, 0);
	start(&worker, "w0", call, NULL);
	finish(&worker);
}
