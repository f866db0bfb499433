/*---
title: a signal is sent to the process as the only thread that has it open ends, then main unblocks it; is it handled, by one or the other
about: >-
  The system chooses a thread when the signal is sent, and that thread may end before it has run the handler. The signal
  is the process's, so it must be left for another thread.
sender: self-main
posix: required
posix-note: >-
  A signal for the process that no thread has open stays pending on the process until a thread unblocks it; it does not
  end with a thread.
spec: XSH 2.4.1
source: [Linux kernel/signal.c exit_signals() retarget_shared_pending(), FreeBSD sys/kern/kern_sig.c tdsigcleanup()]
portable: >-
  There is nothing to do: what is sent to a process is not lost with a thread. What is sent to a thread, with
  pthread_kill(), is.
---*/
#include <stdatomic.h>
#include "handlers.h"

static atomic_bool leave;

/* It spins, lest it be woken too late to be on its way out when the signal comes. */
static void *end(void *unused)
{
	mask(SIG_UNBLOCK, SIGUSR1);
	while (!atomic_load(&leave))
		;
	return unused;
}

int main(void)
{
	enum { ROUNDS = 20 };
	struct worker leaver;

	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < ROUNDS; i++) {
		atomic_store(&leave, false);
		start(&leaver, "w0", end, NULL);
		atomic_store(&leave, true);
		CHECK(kill(getpid(), SIGUSR1));
		finish(&leaver);
		mask(SIG_UNBLOCK, SIGUSR1);
		mask(SIG_BLOCK, SIGUSR1);
	}
	observe("handled", handler_runs == ROUNDS ? "always" : "not always");
}
