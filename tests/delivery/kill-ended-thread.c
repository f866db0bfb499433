/*---
title: pthread_kill to a thread that has ended and was not joined
sender: self-main
posix: unverified
posix-note: >-
  the rationale of the 2017 edition calls ESRCH inappropriate while the thread id is valid; the words of 2024 were not
  seen
spec: XSH pthread_kill(), XBD thread lifetime
source: [glibc nptl/pthread_kill.c, musl src/thread/pthread_kill.c, FreeBSD lib/libthr/thread/thr_kill.c]
bugs: [glibc BZ 19193, glibc BZ 28407]
differs:
  debian-11: glibc gives ESRCH before 2.34, and 0 since (BZ 19193), as musl does
  freebsd-*: FreeBSD gives ESRCH, which the standard's rationale calls inappropriate
portable: >-
  Do not use pthread_kill() to ask whether a thread lives: keep a flag that the thread sets when it ends, and accept
  both 0 and ESRCH.
---*/
#include "observe.h"
#include <sched.h>
#ifdef __linux__
#include <sys/syscall.h>
#else
#include <sys/thr.h>
#endif

static bool thread_exists(long tid)
{
#ifdef __linux__
	return syscall(SYS_tgkill, getpid(), tid, 0) == 0;
#else
	return thr_kill2(getpid(), tid, 0) == 0;
#endif
}

static void *end(void *unused)
{
	return unused;
}

int main(void)
{
	struct worker worker;

	start(&worker, "w0", end, NULL);
	while (thread_exists(worker.tid))
		sched_yield();
	observe("pthread-kill", error_name(pthread_kill(worker.thread, 0)));
	finish(&worker);
}
