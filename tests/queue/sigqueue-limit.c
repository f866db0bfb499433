/*---
title: a realtime signal is queued until sigqueue() fails; with which error, whose limit is it, and does kill() still work
about: >-
  Another process of the same user keeps twenty signals pending meanwhile. Before that limit is asked for, a Linux
  process lowers its own RLIMIT_SIGPENDING.
sender: self-main
posix: implementation-defined
posix-note: >-
  EAGAIN is required when no resources are left. Whose signals count, and which limit of the system comes first, is not
  said.
spec: XSH sigqueue()
source: [Linux kernel/signal.c __sigqueue_alloc(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: >-
    Linux counts what all processes of a user have pending against the sender's or receiver's RLIMIT_SIGPENDING;
    FreeBSD counts for each receiving process, against 128 (kern.sigqueue.max_pending_per_proc)
portable: >-
  Be ready for EAGAIN from sigqueue() at any time, and keep no more than a few signals queued: other processes of the
  same user may use the limit up. kill() works even then, but carries no value.
---*/
#include "handlers.h"
#include <sys/resource.h>

enum { LOWERED = 60, HELD_BY_OTHER = 20 };

int main(void)
{
	struct gate queued = gate_new(), never = gate_new();
	union sigval value = {0};
	int count = 0;
	pid_t other;

	handle(SIGRTMIN, count_run, 0);
	mask(SIG_BLOCK, SIGRTMIN);
	CHECK(other = fork());
	if (other == 0) {
		for (int i = 0; i < HELD_BY_OTHER; i++)
			CHECK(sigqueue(getpid(), SIGRTMIN, value));
		gate_open(&queued);
		gate_wait(&never);
	}
	gate_wait(&queued);
	int limit = 128;
#ifdef RLIMIT_SIGPENDING
	struct rlimit lowered = {LOWERED, LOWERED};
	CHECK(setrlimit(RLIMIT_SIGPENDING, &lowered));
	limit = LOWERED;
#endif
	while (count < 10000 && sigqueue(getpid(), SIGRTMIN, value) == 0)
		count++;
	observe("sigqueue", error_name(errno));
	observe("limit", count > limit ? "higher" : limit == LOWERED ? "RLIMIT_SIGPENDING" : "128");
	observe_yes("others-count", count <= limit - HELD_BY_OTHER);

	handle(SIGRTMIN + 1, count_run, 0);
	mask(SIG_BLOCK, SIGRTMIN + 1);
	observe("kill", kill(getpid(), SIGRTMIN + 1) == -1 ? error_name(errno) : "0");
	mask(SIG_UNBLOCK, SIGRTMIN + 1);
	observe_count("handler-runs", handler_runs);
	CHECK(kill(other, SIGKILL));
}
