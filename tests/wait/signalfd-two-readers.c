/*---
title: two threads block in read() of one signalfd, a signal comes to the process, then a second; does each return one?
sender: self-main
posix: unverified # the standard has no signalfd
source: [Linux fs/signalfd.c signalfd_dequeue(), Linux kernel/signal.c __send_signal_locked() signalfd_notify()]
systems: [linux]
portable: >-
  As with sigwait(), one signal returns from one read, and which thread it is nobody promises. Let one thread read.
---*/
#include <sys/signalfd.h>
#include "accepted.h"
#include "handlers.h"

static int fd;

static void *read_one(void *unused)
{
	struct signalfd_siginfo info;

	(void)unused;
	observe("read", read(fd, &info, sizeof info) == -1 ? error_name(errno) : signal_name((int)info.ssi_signo));
	gate_open(&handled);
	return park(NULL);
}

int main(void)
{
	sigset_t set = set_of(SIGUSR1);
	struct worker workers[2];

	handled = gate_new();
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(fd = signalfd(-1, &set, 0));
	start(&workers[0], "w0", read_one, NULL);
	start(&workers[1], "w1", read_one, NULL);
	for (int i = 0; i < 2; i++) {
		/* In read both: of the signalfd, or having returned from it of a pipe. */
		await_parked(getpid(), workers[0].tid, "read");
		await_parked(getpid(), workers[1].tid, "read");
		CHECK(kill(getpid(), SIGUSR1));
		gate_wait(&handled);
	}
	/* Had one signal returned both, the second would now be left over. */
	observe_yes("left-pending", is_pending(SIGUSR1));
}
