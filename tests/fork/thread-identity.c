/*---
title: a worker forks; is the child's thread still the same pthread_t, and is it the process's first thread?
sender: none
posix: required
posix-note: >-
  the child has a replica of the calling thread, so that its pthread_t stays valid; that kernels number threads is not
  in the standard
spec: XSH fork()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c do_fork(), FreeBSD
  lib/libthr/thread/thr_fork.c]
differs:
  freebsd-*: Linux gives a process's first thread the number of the process; FreeBSD numbers threads apart
portable: >-
  pthread_self() is the same before and after fork(), in whichever thread; the kernel's number of the thread is not, so
  fetch it anew in the child. Only on Linux does it equal getpid() in a main thread.
---*/
#include "forked.h"

static pthread_t forker;
static long forker_id;

static void observe_identity(void)
{
	struct thread_state threads[2];
	observe_yes("same-handle", pthread_equal(forker, pthread_self()));
	observe_yes("same-thread-local", strcmp(my_name, "worker") == 0);
	observe_yes("same-number", thread_id() == forker_id);
	observe_yes("number-is-process", thread_id() == getpid());
	observe_yes("first-of-process", thread_states(getpid(), threads, 2) == 1 && threads[0].tid == thread_id());
}

static void fork_in_worker(void)
{
	forker = pthread_self();
	forker_id = thread_id();
	observe_end("child", forked(observe_identity));
}

int main(void)
{
	in_worker("worker", fork_in_worker);
}
