/*---
title: a handler interrupts recv(MSG_WAITALL) when half the data is there; does it go on, fail, or return the half?
sender: self-worker
posix: unspecified
posix-note: MSG_WAITALL blocks until all the data can be returned, but the call may return less if a signal is caught.
spec: XSH recv()
source: [FreeBSD sys/kern/uipc_socket.c soreceive_generic()]
portable: Take what recv() returned and call it again for the rest; MSG_WAITALL and SA_RESTART do not spare the loop.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static int ends[2], got;

static int call(void)
{
	char bytes[2];
	int n;

	while (got < 2) {
		n = (int)recv(ends[0], bytes, (size_t)(2 - got), MSG_WAITALL);
		if (n == -1)
			return -1;
		got += n;
		if (got < 2)
			interrupted.outcome = "short";
	}
	return 0;
}

static void release(void)
{
	CHECK(send(ends[1], "", 1, 0));
}

int main(void)
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	CHECK(send(ends[1], "", 1, 0));
	interrupt_call("read", call, release);
}
