/*---
title: a thread ends holding a mutex, robust or not; what does another thread's lock answer?
sender: none
posix: unspecified
posix-note: >-
  while the owner's process lives, the next lock of a robust mutex may answer EOWNERDEAD; of one that is not robust
  nothing special happens, so that it stays locked
spec: XSH pthread_mutex_lock()
source: [Linux kernel/futex/core.c handle_futex_death(), musl src/thread/pthread_create.c __pthread_exit(), FreeBSD
  sys/kern/kern_umtx.c umtx_thread_cleanup()]
axes:
  mutex: [robust, stalled]
hang: expected
portable: >-
  Unlock in a cleanup handler, or make the mutex robust and handle EOWNERDEAD; a mutex that is not robust stays locked
  for ever when its owner ends.
---*/
#include "robust.h"

static void lock(void)
{
	observe_lock("lock-of-owner");
}

int main(void)
{
	new_mutex(axis_is("mutex", "robust"));
	in_worker("worker", lock);
	observe_lock("lock-of-next");
}
