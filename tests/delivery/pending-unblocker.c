/*---
title: a signal is pending on the process, every thread blocks it, then the middle worker unblocks it; who handles it, and when
sender: self-main
posix: required
posix-note: >-
  a signal that is pending on the process is delivered to a thread that opens it, at least one before pthread_sigmask()
  returns
spec: XSH 2.4.1, pthread_sigmask()
source: [Linux kernel/signal.c recalc_sigpending(), FreeBSD sys/kern/kern_sig.c kern_sigprocmask()]
portable: >-
  This works everywhere: a worker that opens a signal takes what was pending on the process.
---*/
#include "handlers.h"

static struct gate sent;

static void *unblock(void *unused)
{
	(void)unused;
	gate_wait(&sent);
	mask(SIG_UNBLOCK, SIGUSR1);
	observe_yes("handled-in-unblock", handler_runs == 1);
	return NULL;
}

int main(void)
{
	struct worker w0, w1, w2;

	handle_reporting(SIGUSR1);
	sent = gate_new();
	mask(SIG_BLOCK, SIGUSR1);
	start(&w0, "w0", park, NULL);
	start(&w1, "w1", unblock, NULL);
	start(&w2, "w2", park, NULL);
	CHECK(kill(getpid(), SIGUSR1));
	gate_open(&sent);
	gate_wait(&handled);
	finish(&w1);
}
