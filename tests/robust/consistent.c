/*---
title: >-
  a robust mutex's owner is gone, and the next owner unlocks it, with or without pthread_mutex_consistent(); and then?
sender: none
posix: required
posix-note: >-
  without the call the mutex is unusable from then on, with it as it was; the call fails with EINVAL where there is
  nothing to mend
spec: XSH pthread_mutex_consistent()
source: [glibc nptl/pthread_mutex_consistent.c, musl src/thread/pthread_mutex_consistent.c, FreeBSD
  lib/libthr/thread/thr_mutex.c _thr_mutex_consistent()]
axes:
  made-consistent: ['yes', 'no']
differs:
  '*-musl': >-
    of a mutex that is given up, pthread_mutex_consistent() answers EPERM with musl, which looks at the owner, and
    EINVAL with glibc, which looks at the state
  freebsd-*: >-
    of a mutex that is given up, pthread_mutex_consistent() answers EPERM with FreeBSD's libthr, which looks at the
    owner once the mutex is marked, and EINVAL with glibc
portable: >-
  After EOWNERDEAD mend the data and call pthread_mutex_consistent() before unlocking, or every later lock answers
  ENOTRECOVERABLE; then only destroying and making it anew helps.
---*/
#include "robust.h"

int main(void)
{
	new_mutex(true);
	observe_end("owner", forked(lock_and_end));
	observe_lock("lock-of-next");
	if (axis_is("made-consistent", "yes"))
		observe("consistent", error_name(pthread_mutex_consistent(mutex)));
	observe("unlock-of-next", error_name(pthread_mutex_unlock(mutex)));
	observe_lock("lock-again");
	observe("consistent-again", error_name(pthread_mutex_consistent(mutex)));
	observe("unlock-again", error_name(pthread_mutex_unlock(mutex)));
}
