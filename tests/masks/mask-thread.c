/*---
title: a worker creates a thread; whose signal mask does it have?
sender: none
posix: required
spec: XSH pthread_create
source: [glibc nptl/pthread_create.c, musl src/thread/pthread_create.c, FreeBSD lib/libthr/thread/thr_create.c]
---*/
#include "inherited.h"

static void *created(void *unused)
{
	observe_inherited_mask();
	return unused;
}

static void create(void)
{
	struct worker thread;
	start(&thread, "created", created, NULL);
	finish(&thread);
}

int main(void)
{
	in_masked_worker(create);
}
