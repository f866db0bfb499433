/*---
title: a prepare handler of pthread_atfork() blocks a signal; where is it blocked, and which are while handlers run?
sender: none
posix: required
posix-note: handlers run in the context of the thread that forks, and its mask is inherited by the child
spec: XSH pthread_atfork()
source: [glibc posix/fork.c, musl src/process/fork.c fork(), FreeBSD lib/libthr/thread/thr_fork.c thr_fork_impl()]
portable: >-
  A mask that a prepare handler sets is the child's too: undo it in both the parent's and the child's handler. Signals
  may be handled while these handlers run.
---*/
#include "forked.h"

static void observe_blocked(const char *key)
{
	bool set = is_blocked(SIGUSR1), other = is_blocked(SIGUSR2);
	observe(key, set && other ? "both" : set ? "the one set" : other ? "another" : "none");
}

static void prepare(void) { observe_blocked("blocked-in-prepare"), mask(SIG_BLOCK, SIGUSR1); }
static void parent(void) { observe_blocked("blocked-in-parent-handler"); }
static void child(void) { observe_blocked("blocked-in-child-handler"); }

static void observe_child(void)
{
	observe_blocked("blocked-in-child");
}

static void fork_in_worker(void)
{
	pid_t pid = forked(observe_child);
	observe_blocked("blocked-in-parent");
	observe_end("child", pid);
}

int main(void)
{
	CHECK0(pthread_atfork(prepare, parent, child));
	in_worker("worker", fork_in_worker);
}
