/*---
title: the process that got EOWNERDEAD from a robust mutex ends as well; what does the next one get?
sender: none
posix: required
posix-note: EOWNERDEAD again, for it had neither made the mutex consistent nor unlocked it
spec: XSH pthread_mutex_consistent()
source: [Linux kernel/futex/core.c handle_futex_death(), FreeBSD sys/kern/kern_umtx.c umtx_thread_cleanup()]
portable: >-
  The state stays marked until someone calls pthread_mutex_consistent(), so recovery may itself be interrupted and
  begun again.
---*/
#include "robust.h"

static void lock_as_second(void)
{
	observe_lock("lock-of-second");
}

int main(void)
{
	new_mutex(true);
	observe_end("owner", forked(lock_and_end));
	observe_end("second", forked(lock_as_second));
	observe_lock("lock-of-third");
}
