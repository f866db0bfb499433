/*---
title: a handler interrupts msgsnd() on a full System V queue; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  Interrupted by a caught signal, msgsnd() resumes in the manner prescribed by sigaction(), and with SA_RESTART that is
  a restart. No system here does so.
spec: XSH msgsnd(), XSH sigaction()
source: [FreeBSD sys/kern/sysv_msg.c kern_msgsnd()]
portable: Call msgsnd() again after EINTR; SA_RESTART does not help.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static int queue;
static struct {
	long type;
	char text[512];
} message = {.type = 1};

static int send_message(int flags)
{
	return msgsnd(queue, &message, sizeof message.text, flags);
}

static int call(void)
{
	return send_message(0);
}

static void release(void)
{
	CHECK(msgrcv(queue, &message, sizeof message.text, 0, 0));
}

int main(void)
{
	CHECK(queue = msgget(IPC_PRIVATE, 0600));
	while (send_message(IPC_NOWAIT) == 0)
		;
	interrupt_call("msgsnd", call, release);
	CHECK(msgctl(queue, IPC_RMID, NULL));
}
