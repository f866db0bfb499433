/*---
title: a handler runs on a thread that waits in pthread_join(); does the wait go on?
sender: self-worker
posix: required
posix-note: pthread_join() is forbidden to return EINTR, so nothing but the end of the thread may end the wait.
spec: XSH pthread_join()
source: [glibc nptl/pthread_join_common.c, musl src/thread/pthread_join.c, FreeBSD lib/libthr/thread/thr_join.c]
portable: >-
  No loop is needed, and no handler can end the wait. To give up waiting, have the thread itself tell when it is done.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate gate;
static struct worker joined;

static int call(void)
{
	return (errno = pthread_join(joined.thread, NULL)) == 0 ? 0 : -1;
}

static void release(void)
{
	gate_open(&gate);
}

static void *wait_at_gate(void *unused)
{
	gate_wait(&gate);
	return unused;
}

int main(void)
{
	gate = gate_new();
	start(&joined, "joined", wait_at_gate, NULL);
	interrupt_call("lock", call, release);
}
