/*---
title: a handler runs on a thread that waits in pthread_rwlock_wrlock(); does the wait go on?
sender: self-worker
posix: required
posix-note: After the handler the thread waits on as if it had not been interrupted. EINTR is forbidden.
spec: XSH pthread_rwlock_trywrlock()
source:
  - musl src/thread/pthread_rwlock_timedwrlock.c
  - FreeBSD sys/kern/kern_umtx.c do_rw_wrlock()
portable: No loop is needed, and no handler can end the wait.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct gate locked, unlock;

static int call(void)
{
	return (errno = pthread_rwlock_wrlock(&lock)) == 0 ? 0 : -1;
}

static void release(void)
{
	gate_open(&unlock);
}

static void *hold(void *unused)
{
	CHECK0(pthread_rwlock_rdlock(&lock));
	gate_open(&locked);
	gate_wait(&unlock);
	CHECK0(pthread_rwlock_unlock(&lock));
	return unused;
}

int main(void)
{
	struct worker holder;

	locked = gate_new();
	unlock = gate_new();
	start(&holder, "holder", hold, NULL);
	gate_wait(&locked);
	interrupt_call("lock", call, release);
	finish(&holder);
}
