/*---
title: a pending signal is ignored, then handled again and unblocked; is it lost
about: One sent to the process, and one sent to the thread.
sender: self-main
posix: required
posix-note: To ignore a pending signal discards it, whether it is blocked or not.
spec: XSH 2.4.3
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
portable: Ignoring a signal for a moment loses what came before it. Block the signal if you want it later.
---*/
#include "handlers.h"

static void observe_pending(const char *process, const char *thread)
{
	observe_yes(process, is_pending(SIGUSR1));
	observe_yes(thread, is_pending(SIGUSR2));
}

int main(void)
{
	static const int both[] = {SIGUSR1, SIGUSR2};

	for (int i = 0; i < 2; i++) {
		mask(SIG_BLOCK, both[i]);
		handle(both[i], count_run, 0);
	}
	CHECK(kill(getpid(), SIGUSR1));
	CHECK0(pthread_kill(pthread_self(), SIGUSR2));
	observe_pending("process-pending", "thread-pending");
	for (int i = 0; i < 2; i++)
		handle(both[i], SIG_IGN, 0);
	observe_pending("process-pending-ignored", "thread-pending-ignored");
	for (int i = 0; i < 2; i++) {
		handle(both[i], count_run, 0);
		mask(SIG_UNBLOCK, both[i]);
	}
	observe_count("handler-runs", handler_runs);
}
