/*---
title: three workers are in read(), one signal comes from main, which blocks it; how many of the reads fail with EINTR?
sender: self-main
posix: required
posix-note: >-
  A signal for the process is delivered to exactly one thread that has it open, and only a caught signal interrupts a
  read. Which of the three it is nobody promises.
spec: XSH 2.4.1, XSH read()
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd() tdsigwakeup()]
portable: >-
  Expect EINTR in one thread only, and not in one of your choice. To interrupt a given thread use pthread_kill; to
  interrupt them all send each its own.
---*/
#include "handlers.h"

enum { WORKERS = 3 };

static void *read_until_released(void *gate)
{
	char byte;

	while (read(((struct gate *)gate)->fd[0], &byte, 1) == -1) {
		if (errno != EINTR)
			die("reading");
		observe("interrupted", my_name);
	}
	return NULL;
}

int main(void)
{
	static const char *const names[WORKERS] = {"w0", "w1", "w2"};
	struct worker workers[WORKERS];
	struct gate gates[WORKERS];

	handled = gate_new();
	handle(SIGUSR1, report_thread, 0);
	for (int i = 0; i < WORKERS; i++) {
		gates[i] = gate_new();
		start(&workers[i], names[i], read_until_released, &gates[i]);
	}
	mask(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < WORKERS; i++)
		await_parked(getpid(), workers[i].tid, "read");
	CHECK(kill(getpid(), SIGUSR1));
	gate_wait(&handled);
	for (int i = 0; i < WORKERS; i++) {
		await_parked(getpid(), workers[i].tid, "read");
		gate_open(&gates[i]);
		finish(&workers[i]);
	}
}
