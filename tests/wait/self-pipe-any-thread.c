/*---
title: main polls a pipe that the handler writes to, a worker kill()s; does main wake, whoever runs the handler?
about: The self-pipe trick, which makes the thread that a handler runs in a matter of no importance.
sender: self-worker
posix: required # that main wakes; which thread runs the handler is unspecified
posix-note: >-
  A handler may call write() in whichever thread it runs, and poll() tells that the pipe is readable.
spec: XSH 2.4.3, XSH poll()
source: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
differs:
  freebsd-*: Linux prefers main and interrupts its poll(); FreeBSD prefers the sender, and the pipe alone wakes main
portable: >-
  Let handlers do nothing but write a byte to a non-blocking pipe, watch the pipe in one thread's poll(), and call
  poll() again after EINTR. This works on every system, whichever thread takes the signal.
---*/
#include "handlers.h"

static struct gate self_pipe;

static void write_to_pipe(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
	gate_open(&self_pipe);
}

static void *send_signal(void *main_tid)
{
	await_parked(getpid(), *(long *)main_tid, "poll");
	CHECK(kill(getpid(), SIGUSR1));
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();
	struct worker sender;
	struct pollfd watched;

	self_pipe = gate_new();
	watched = (struct pollfd){.fd = self_pipe.fd[0], .events = POLLIN};
	handle(SIGUSR1, write_to_pipe, SA_RESTART);
	start(&sender, "worker", send_signal, &main_tid);
	while (poll(&watched, 1, -1) == -1 && errno == EINTR)
		observe("poll", "EINTR");
	gate_wait(&self_pipe);
	observe("poll", "ready");
}
