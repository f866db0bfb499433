/*---
title: a handler interrupts recv() on a socket; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: with SA_RESTART the call restarts, without it it fails with EINTR
spec: XSH sigaction, SA_RESTART
source: [Linux net/unix/af_unix.c unix_stream_data_wait(), FreeBSD sys/kern/uipc_sockbuf.c sbwait()]
portable: >-
  Call again while errno is EINTR, whatever the flags: a library's handler may have been installed without SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

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
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	interrupt_call("read", call, release);
}
