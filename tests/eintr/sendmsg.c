/*---
title: a handler interrupts sendmsg() on a socket whose buffer is full; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  sendmsg() fails with EINTR when a signal interrupts it before it has sent anything. With SA_RESTART a function that
  can fail so restarts instead, unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH sendmsg()
source: [Linux net/core/sock.c sock_wait_for_wmem(), FreeBSD sys/kern/uipc_socket.c sosend_generic()]
portable: Call sendmsg() again after EINTR, or give every handler SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/uio.h>

static int ends[2];
static char bytes[4096];

static int send_byte(int flags)
{
	struct iovec part = {.iov_base = bytes, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	return (int)sendmsg(ends[1], &message, flags);
}

static int call(void)
{
	return send_byte(0);
}

static void release(void)
{
	while (recv(ends[0], bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		;
}

int main(void)
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	while (send_byte(MSG_DONTWAIT) == 1)
		;
	interrupt_call("write", call, release);
}
