/*---
title: a worker waits for a semaphore in memory shared with a child; does the child's post wake it?
sender: none
posix: required
posix-note: a semaphore made with pshared nonzero may be used by all processes that have the memory
spec: XSH sem_init()
source: [musl src/thread/sem_post.c, FreeBSD lib/libc/gen/sem_new.c _sem_post()]
hang: expected
portable: >-
  Pass a nonzero pshared to sem_init() for a semaphore that processes share; that it lies in shared memory is not
  enough, and a wait for one made with 0 may or may not end.
---*/
#include "forked.h"
#include <sys/mman.h>

static sem_t *semaphore;
static struct worker worker;

static void post(void)
{
	await_parked(getppid(), worker.tid, "lock");
	CHECK(sem_post(semaphore));
}

static void *waiter(void *unused)
{
	CHECK(sem_wait(semaphore));
	observe("parent", "woken");
	return unused;
}

int main(void)
{
	semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (semaphore == MAP_FAILED)
		die("sharing memory");
	CHECK(sem_init(semaphore, 1, 0));
	start(&worker, "worker", waiter, NULL);
	observe_end("child", forked(post));
	finish(&worker);
}
