/*---
title: a child joins a thread that only its parent has; does pthread_join() return?
sender: none
posix: undefined
posix-note: the child of a multi-threaded process may only call async-signal-safe functions
spec: XSH fork()
source: [glibc sysdeps/nptl/fork.h reclaim_stacks(), musl src/thread/pthread_join.c, FreeBSD
  lib/libthr/thread/thr_join.c join_common(), FreeBSD lib/libthr/thread/thr_list.c _thr_find_thread()]
hang: expected
differs:
  debian-sid: >-
    glibc 2.41 and before mark the other threads as ended in the child, and the join succeeds; 2.43 joins on a field
    that nothing sets there, so that it waits for ever
  '*-musl': musl marks nothing in the child, so that the join waits for ever
  freebsd-*: >-
    libthr's child forgets the other threads, so there is none to join (ESRCH); glibc marks them as ended, and the join
    succeeds
portable: >-
  Nothing tells a child that a thread of its parent does not exist there: forget all pthread_t values but one's own
  after fork().
---*/
#include "forked.h"
#include "handlers.h"

static struct worker other;

static void join(void)
{
	observe("child", "joins");
	observe("join", error_name(pthread_join(other.thread, NULL)));
}

int main(void)
{
	start(&other, "other", park, NULL);
	observe_end("end-of-child", forked(join));
}
