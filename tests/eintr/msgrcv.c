/*---
title: a handler interrupts msgrcv() on an empty System V queue; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  Interrupted by a caught signal, msgrcv() resumes in the manner prescribed by sigaction(), and with SA_RESTART that is
  a restart. No system here does so.
spec: XSH msgrcv(), XSH sigaction()
source: [Linux ipc/msg.c do_msgrcv(), FreeBSD sys/kern/sysv_msg.c kern_msgrcv()]
portable: Call msgrcv() again after EINTR; SA_RESTART does not help.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static int queue;
static struct {
	long type;
	char text[1];
} message = {.type = 1};

static int call(void)
{
	return (int)msgrcv(queue, &message, sizeof message.text, 0, 0);
}

static void release(void)
{
	CHECK(msgsnd(queue, &message, sizeof message.text, 0));
}

int main(void)
{
	CHECK(queue = msgget(IPC_PRIVATE, 0600));
	interrupt_call("msgrcv", call, release);
	CHECK(msgctl(queue, IPC_RMID, NULL));
}
