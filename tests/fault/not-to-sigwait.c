/*---
title: main waits for SIGSEGV in sigwait(), a worker makes a fault; does main get the signal
sender: kernel
posix: required
posix-note: >-
  The signal of a fault is generated for the thread that caused it; another thread's sigwait() takes only its own
  signals and those of the process.
spec: XSH 2.4.1
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c trapsignal()]
portable: >-
  Faults cannot be collected by a thread in sigwait(). Handle them in the thread that makes them, or run the risky code
  in a process of its own.
---*/
#include "faults.h"

static long main_tid;

static void *fault(void *unused)
{
	mask(SIG_UNBLOCK, SIGSEGV);
	await_parked(getpid(), main_tid, "sigwait");
	write_to_null();
	observe("worker", "went on");
	return unused;
}

int main(void)
{
	struct worker worker;
	sigset_t set;
	int signo;

	main_tid = thread_id();
	report_faults(0);
	mask(SIG_BLOCK, SIGSEGV);
	start(&worker, "w0", fault, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	CHECK0(sigwait(&set, &signo));
	observe("sigwait", signal_name(signo));
}
