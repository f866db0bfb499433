/*---
title: a new thread kill()s its own process while its creator may still be in pthread_create; which thread runs the handler
about: >-
  C libraries block signals in the creator for a while when they start a thread. A signal that is sent in that window
  goes to another thread than one that is sent later.
sender: self-worker
posix: unspecified
posix-note: A signal for the process goes to any one thread that has it open.
spec: XSH 2.4.1
source: [musl src/thread/pthread_create.c, FreeBSD lib/libthr/thread/thr_create.c, Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
differs:
  freebsd-*: Linux prefers the main thread if it has the signal open; FreeBSD prefers the sending thread
repeat: 100
allowed:
  handler-thread: {values: [main, w0], why: chance decides whether the creator has left pthread_create when the signal comes}
portable: >-
  Never count on the thread that a signal for the process reaches. Block it in all threads but the one that is to handle
  it, before the first pthread_create.
---*/
#include "handlers.h"

/* Not through start(), which lets the body run only when its creator has left pthread_create. */
static void *kill_process(void *unused)
{
	my_name = "w0";
	CHECK(kill(getpid(), SIGUSR1));
	return unused;
}

int main(void)
{
	pthread_t thread;

	handle_reporting(SIGUSR1);
	CHECK0(pthread_create(&thread, NULL, kill_process, NULL));
	gate_wait(&handled);
	CHECK0(pthread_join(thread, NULL));
}
