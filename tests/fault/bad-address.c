/*---
title: a call is given an address that is not mapped; does it fail with EFAULT, or come to a signal
sender: kernel
posix: unspecified
posix-note: EFAULT need not be detected; where it is not, a signal for the bad address may be sent to the process.
spec: XSH 2.3
source:
  - glibc sysdeps/unix/sysv/linux/libc_sigaction.c
  - musl src/signal/sigaction.c
  - musl src/thread/pthread_sigmask.c
  - FreeBSD lib/libthr/thread/thr_sig.c __thr_sigaction(), __thr_sigprocmask()
axes: {call: [write, pipe, sigaction, sigprocmask]}
differs:
  freebsd-*: >-
    FreeBSD's sigaction() reads the action while it blocks all signals, so that the fault kills and no handler runs
  '*-musl': musl leaves it to the kernel to read the set that sigprocmask() is given
portable: >-
  Never rely on EFAULT to find out whether an address is valid: what is a system call on one system is a function that
  reads the address itself on the other.
---*/
#include "faults.h"

static void call(void)
{
	int failed;

	fault_address = new_page(PROT_NONE);
	if (axis_is("call", "write"))
		failed = (int)write(gate_new().fd[1], fault_address, 1);
	else if (axis_is("call", "pipe"))
		failed = pipe((int *)(uintptr_t)fault_address);
	else if (axis_is("call", "sigaction"))
		failed = sigaction(SIGUSR1, (struct sigaction *)(uintptr_t)fault_address, NULL);
	else
		failed = sigprocmask(SIG_SETMASK, (sigset_t *)(uintptr_t)fault_address, NULL);
	observe("call", failed == -1 ? error_name(errno) : "0");
	_exit(0);
}

static void report(int signo)
{
	observe("call", signal_name(signo));
	_exit(0);
}

int main(void)
{
	handle(SIGSEGV, report, 0);
	call();
}
