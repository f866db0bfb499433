/*---
title: a worker creates a thread; whose signal mask does it have?
sender: none
posix: required
posix-note: the signal mask is inherited from the creating thread
spec: XSH pthread_create
source: [glibc nptl/pthread_create.c, musl src/thread/pthread_create.c, FreeBSD lib/libthr/thread/thr_create.c]
portable: >-
  Block what workers must not take before starting them and restore the mask after: there is no moment at which they
  have another one.
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
