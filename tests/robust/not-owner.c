/*---
title: a thread unlocks a robust mutex that another holds, and one that nobody holds; is it told?
sender: none
posix: required
posix-note: of a robust mutex of any type the unlock by another than the owner returns an error
spec: XSH pthread_mutex_unlock()
source: [glibc nptl/pthread_mutex_unlock.c, musl src/thread/pthread_mutex_unlock.c, FreeBSD
  lib/libthr/thread/thr_mutex.c mutex_unlock_common()]
portable: >-
  Robust and error-checking mutexes answer EPERM; with any other the behaviour is undefined, so test with one of these.
---*/
#include "robust.h"

static void unlock_as_other(void)
{
	observe("unlock-of-other", error_name(pthread_mutex_unlock(mutex)));
	observe("consistent-of-other", error_name(pthread_mutex_consistent(mutex)));
}

int main(void)
{
	new_mutex(true);
	observe_lock("lock");
	in_worker("worker", unlock_as_other);
	observe_trylock("trylock-of-owner");
	observe("unlock", error_name(pthread_mutex_unlock(mutex)));
	observe("unlock-again", error_name(pthread_mutex_unlock(mutex)));
}
