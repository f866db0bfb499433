/*---
title: a handler interrupts recv() on a socket with SO_RCVTIMEO; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  recv() fails with EINTR when it is interrupted before any data came. With SA_RESTART a function that can fail so
  restarts instead, unless its own page says otherwise, and no page excepts sockets with a timeout.
spec: XSH sigaction(), XSH recv(), XSH 2.10.16
source: ["Linux include/net/sock.h sock_intr_errno()", FreeBSD sys/kern/uipc_sockbuf.c sbwait()]
differs:
  freebsd-*: >-
    with SA_RESTART, FreeBSD restarts the call, which then has its whole timeout again; Linux restarts no call on a
    socket that has a timeout
portable: >-
  Call again after EINTR, with SA_RESTART as well. Where the time matters, compute a deadline and use poll(): a
  restarted recv() waits its whole timeout from the start.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/time.h>

static int ends[2];

static int call(void)
{
	char byte;
	return (int)recv(ends[0], &byte, 1, 0);
}

static void release(void)
{
	CHECK(send(ends[1], "", 1, 0));
}

int main(void)
{
	const struct timeval hour = {.tv_sec = 3600};

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour));
	interrupt_call("read", call, release);
}
