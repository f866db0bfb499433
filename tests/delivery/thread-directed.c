/*---
title: a worker raise()s a signal, or sends it to its sibling with pthread_kill or the system call below it; which thread runs the handler
sender: self-worker
posix: required
posix-note: >-
  raise() in a program with threads sends to the calling thread, and has returned only after the handler; pthread_kill()
  sends to the thread that it names.
spec: XSH raise(), pthread_kill()
source: [musl src/signal/raise.c, FreeBSD lib/libc/gen/raise.c, FreeBSD sys/kern/kern_thr.c sys_thr_kill()]
axes: {call: [raise, pthread-kill, system-call]}
portable: >-
  Use pthread_kill() to choose the thread that runs a handler, and know that raise() means the calling one. Signals sent
  to the process with kill() choose their thread by the system's rules.
---*/
#include "handlers.h"
#ifdef __linux__
#include <sys/syscall.h>
#else
#include <sys/thr.h>
#endif

static struct worker idle, sender;

static void send_signal(void)
{
	if (axis_is("call", "raise"))
		CHECK(raise(SIGUSR1));
	else if (axis_is("call", "pthread-kill"))
		CHECK0(pthread_kill(idle.thread, SIGUSR1));
	else
#ifdef __linux__
		CHECK(syscall(SYS_tgkill, getpid(), idle.tid, SIGUSR1));
#else
		CHECK(thr_kill2(getpid(), idle.tid, SIGUSR1));
#endif
}

static void *direct(void *main_tid)
{
	await_parked(getpid(), *(long *)main_tid, "read");
	await_parked(getpid(), idle.tid, "read");
	send_signal();
	if (axis_is("call", "raise"))
		observe_yes("handled-in-call", handler_runs == 1);
	return park(NULL);
}

int main(void)
{
	long main_tid = thread_id();

	handle_reporting(SIGUSR1);
	start(&idle, "w0", park, NULL);
	start(&sender, "w1", direct, &main_tid);
	gate_wait(&handled);
	await_parked(getpid(), sender.tid, "read");
}
