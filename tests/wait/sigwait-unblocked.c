/*---
title: a thread is in sigwait() for a signal that it has not blocked; is the signal accepted, or acted upon?
sender: external
posix: undefined
posix-note: >-
  The signals that sigwait() waits for shall be blocked when it is called; if they are not, anything may happen.
spec: XSH sigwait()
source:
  - Linux kernel/signal.c do_sigtimedwait() complete_signal() sig_ignored()
  - FreeBSD sys/kern/kern_sig.c kern_sigtimedwait() tdsendsignal()
hang: expected # an ignored signal is discarded
differs:
  freebsd-*: a signal whose default ends the process ends it on Linux; FreeBSD lets sigwait() accept it
portable: >-
  Block a signal in every thread before the first of them calls sigwait() for it: in main, before other threads start.
axes: {disposition: [handler, default, ignored]}
---*/
#include "accepted.h"
#include "external.h"
#include "handlers.h"

int main(void)
{
	struct external external = external_new();
	sigset_t set = set_of(SIGUSR1);
	int signo;

	handled = gate_new();
	if (!axis_is("disposition", "default"))
		handle(SIGUSR1, axis_is("disposition", "ignored") ? SIG_IGN : report_thread, 0);
	external_await(&external, thread_id(), "sigwait");
	external_kill(&external, SIGUSR1);
	CHECK0(sigwait(&set, &signo));
	observe("accepted", signal_name(signo));
	observe_count("handler-runs", handler_runs);
}
