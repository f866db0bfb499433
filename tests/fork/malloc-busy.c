/*---
title: another thread allocates and frees all the time while main forks; can the children allocate?
sender: none
posix: undefined
posix-note: the child of a multi-threaded process may only call async-signal-safe functions, and malloc() is none
spec: XSH fork()
source: [glibc malloc/arena.c __malloc_fork_lock_parent(), musl src/process/fork.c fork(), FreeBSD
  lib/libthr/thread/thr_fork.c thr_fork_impl()]
portable: >-
  These libcs take malloc's locks around fork(), so that it works in the child; the standard does not promise it, and
  an allocator that is linked or preloaded in its place may not do so.
---*/
#include "forked.h"
#include <stdatomic.h>

static atomic_bool stop;

static void *allocator(void *unused)
{
	while (!stop)
		for (size_t size = 16; size < 100000; size *= 3) {
			void *volatile memory = malloc(size);
			free(memory);
		}
	return unused;
}

static void allocate(void)
{
	for (size_t size = 16; size < 100000; size *= 3) {
		void *volatile memory = malloc(size);
		if (!memory)
			_exit(1);
		free(memory);
	}
}

int main(void)
{
	struct worker worker;
	int status = 0;

	start(&worker, "worker", allocator, NULL);
	for (int i = 0; i < 3 && status == 0; i++)
		CHECK(waitpid(forked(allocate), &status, 0));
	observe_status("children", status);
	stop = true;
	finish(&worker);
}
