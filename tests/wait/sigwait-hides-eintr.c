/*---
title: a handler runs in a thread that is in sigwait() for another signal; does sigwait() fail with EINTR?
sender: self-worker
posix: unverified
posix-note: >-
  EINTR is not among the errors of sigwait(), as it is of sigwaitinfo(); but a function may fail with errors that its
  page does not list.
spec: XSH sigwait()
source:
  - glibc sysdeps/unix/sysv/linux/sigwait.c
  - musl src/signal/sigwait.c src/signal/sigtimedwait.c
  - FreeBSD lib/libthr/thread/thr_sig.c __thr_sigwait()
portable: >-
  Let sigwait() go on where you need no more than that; to be told of interruptions use sigwaitinfo(), but not with
  musl, which hides them there as well.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "accepted.h"
#include "handlers.h"

static struct {
	pthread_t thread;
	long tid;
} waiter;

static void *interrupt(void *unused)
{
	await_parked(getpid(), waiter.tid, "sigwait");
	CHECK0(pthread_kill(waiter.thread, SIGUSR1));
	gate_wait(&handled);
	await_parked(getpid(), waiter.tid, "sigwait");
	CHECK0(pthread_kill(waiter.thread, SIGUSR2));
	return unused;
}

static void *wait_for_signal(void *unused)
{
	struct worker sender;
	sigset_t set = set_of(SIGUSR2);
	const char *outcome = "went on";
	int error, signo;

	waiter.thread = pthread_self();
	waiter.tid = thread_id();
	start(&sender, "sender", interrupt, NULL);
	while ((error = sigwait(&set, &signo)) != 0) {
		outcome = error_name(error);
		if (error != EINTR)
			break;
	}
	observe("sigwait", outcome);
	finish(&sender);
	return unused;
}

int main(void)
{
	struct worker worker;

	handled = gate_new();
	handle(SIGUSR1, report_thread, axis_is("restart", "restart") ? SA_RESTART : 0);
	mask(SIG_BLOCK, SIGUSR2);
	if (axis_is("thread", "main")) {
		wait_for_signal(NULL);
	} else {
		start(&worker, "worker", wait_for_signal, NULL);
		finish(&worker);
	}
}
