/*---
title: a thread is in sigwait() for SIGCONT, which comes to the process, running or stopped; is it accepted?
about: >-
  A program that redraws its screen or asks for the time again after it was stopped, and learns of SIGCONT from a thread
  in sigwait(). With and without a handler, which never runs.
sender: external
posix: unspecified # but required of a process that is stopped or has a handler
posix-note: >-
  By default SIGCONT continues a process that is stopped and is ignored by any other, and what becomes of a signal that
  is blocked and ignored is left to the system. Any other that is generated for the process goes to a thread in
  sigwait().
spec: XSH 2.4.1, XBD signal.h
source: [Linux kernel/signal.c prepare_signal() sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal() issignal()]
hang: expected
differs:
  freebsd-*: >-
    Linux keeps a blocked SIGCONT whatever its action; FreeBSD drops it at its default action even while it is waited
    for
portable: Install a handler for SIGCONT, even one that never runs, before you wait for it with sigwait().
axes: {disposition: [default, handler], process: [running, stopped]}
---*/
#include "accepted.h"
#include "external.h"
#include "handlers.h"

int main(void)
{
	struct external external = external_new();
	sigset_t set = set_of(SIGCONT);
	int signo;

	if (axis_is("disposition", "handler"))
		handle(SIGCONT, count_run, 0);
	mask(SIG_BLOCK, SIGCONT);
	external_await(&external, thread_id(), "sigwait");
	if (axis_is("process", "stopped")) {
		external_kill(&external, SIGSTOP);
		external_await(&external, thread_id(), "stopped");
	}
	external_kill(&external, SIGCONT);
	CHECK0(sigwait(&set, &signo));
	observe("accepted", signal_name(signo));
	observe_count("handler-runs", handler_runs);
}
