/*---
title: the handler for another signal, or for the same one, makes a fault; is it handled, or is the process killed
about: The handler of SIGUSR1, that of SIGSEGV itself, and that of SIGSEGV with SA_NODEFER.
sender: self-main
posix: undefined
posix-note: >-
  A fault in another signal's handler is as any fault. In its own handler the signal is blocked, unless SA_NODEFER is
  set, and a fault that raises a blocked SIGSEGV is undefined.
spec: XSH pthread_sigmask(), XSH sigaction()
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c trapsignal()]
axes: {faulting: [other, own, own-nodefer]}
portable: >-
  A fault in the handler of SIGSEGV ends the process, and that is what you want of a crash handler. With SA_NODEFER it
  would run again, and could recurse without end.
---*/
#include "faults.h"

static volatile sig_atomic_t depth;

static void fault_once(int signo)
{
	observe("handler", signal_name(signo));
	if (depth++ == 1)
		_exit(0);
	write_to_null();
}

static void report(int signo)
{
	observe("handler", signal_name(signo));
	_exit(0);
}

int main(void)
{
	bool other = axis_is("faulting", "other");

	handle(SIGUSR1, fault_once, 0);
	handle(SIGSEGV, other ? report : fault_once, axis_is("faulting", "own-nodefer") ? SA_NODEFER : 0);
	CHECK(raise(other ? SIGUSR1 : SIGSEGV));
}
