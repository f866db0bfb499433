/*---
title: a handler interrupts mq_receive() on an empty queue; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  mq_receive() fails with EINTR when a signal interrupts it. With SA_RESTART a function that can fail so restarts
  instead, unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH mq_receive()
source: [Linux ipc/mqueue.c wq_sleep()]
portable: >-
  Call mq_receive() again after EINTR, or give every handler SA_RESTART. FreeBSD has message queues only once the module
  mqueuefs is loaded, and kills a program that calls mq_open() before.
systems: [linux]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <mqueue.h>

static mqd_t queue;

static int call(void)
{
	char byte;
	return (int)mq_receive(queue, &byte, 1, NULL);
}

static void release(void)
{
	CHECK(mq_send(queue, "", 1, 0));
}

int main(void)
{
	struct mq_attr one = {.mq_maxmsg = 1, .mq_msgsize = 1};
	char name[32];

	/* Names are not in the run's directory but the whole system's. */
	snprintf(name, sizeof name, "/sigmatrix-%ld", (long)getpid());
	CHECK(queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &one));
	CHECK(mq_unlink(name));
	interrupt_call("msgrcv", call, release);
}
