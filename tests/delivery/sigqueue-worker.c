/*---
title: a worker sigqueue()s a value to its own process, every thread is open; which thread runs the handler, does the value arrive
sender: self-worker
posix: unspecified
posix-note: >-
  sigqueue() sends to the process as kill() does, so to any one thread that has the signal open. That the value arrives
  under SA_SIGINFO is required.
spec: XSH 2.4.1, sigqueue()
source: [musl src/signal/sigqueue.c, Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
repeat: 100
allowed:
  handler-thread:
    values: [main, w1]
    why: musl blocks signals in the caller during sigqueue(), and main and the caller then race for the pending one
differs:
  freebsd-*: Linux prefers the main thread; FreeBSD prefers the sending thread if it has the signal open
  '*-musl': >-
    musl's sigqueue() unblocks signals when the signal is already pending, so that the caller may take it; glibc's is
    the bare system call
portable: >-
  Expect the value in any thread that has the signal open. To reach a thread of your choice, leave the signal open in
  that one only.
---*/
#include "handlers.h"

static struct worker idle, sender;

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("value", info->si_value.sival_int == 7 ? "as sent" : "other");
	observe("code", info->si_code == SI_QUEUE ? "SI_QUEUE" : "other");
	report_thread(signo);
}

static void *queue(void *main_tid)
{
	await_parked(getpid(), *(long *)main_tid, "read");
	await_parked(getpid(), idle.tid, "read");
	CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 7}));
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();

	handled = gate_new();
	handle(SIGUSR1, (void (*)(int))(void (*)(void))on_signal, SA_RESTART | SA_SIGINFO);
	start(&idle, "w0", park, NULL);
	start(&sender, "w1", queue, &main_tid);
	gate_wait(&handled);
}
