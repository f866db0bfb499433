/*---
title: another process kill()s, main is open with a handler, a worker is in sigwait for the signal; which of them takes it
sender: external
posix: unspecified
posix-note: a thread in sigwait and one that is open may both be chosen
spec: XSH 2.4.1
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd() kern_sigtimedwait()]
portable: >-
  Block the signal in every thread if one takes it with sigwait(): otherwise a handler may be preferred, on some other
  system or later.
---*/
#include "external.h"
#include "handlers.h"

static void *wait_for_signal(void *unused)
{
	sigset_t set;
	int signo;

	(void)unused;
	mask(SIG_BLOCK, SIGUSR1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK0(sigwait(&set, &signo));
	observe("taken-by", "sigwait");
	gate_open(&handled);
	return NULL;
}

static void on_signal(int signo)
{
	(void)signo;
	observe("taken-by", "handler");
	gate_open(&handled);
}

int main(void)
{
	struct external external = external_new();
	struct worker waiter;

	handled = gate_new();
	handle(SIGUSR1, on_signal, SA_RESTART);
	start(&waiter, "w0", wait_for_signal, NULL);
	external_await(&external, waiter.tid, "sigwait");
	external_await(&external, thread_id(), "read");
	external_kill(&external, SIGUSR1);
	gate_wait(&handled);
}
