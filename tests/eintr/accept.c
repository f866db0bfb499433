/*---
title: a handler interrupts accept() on a listening socket; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: with SA_RESTART the call restarts, without it it fails with EINTR
spec: XSH sigaction, SA_RESTART
source: [Linux net/unix/af_unix.c unix_accept(), FreeBSD sys/kern/uipc_socket.c solisten_dequeue()]
portable: >-
  Call again while errno is EINTR, whatever the flags: a library's handler may have been installed without SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/un.h>

/* A local socket: a guest may have no network, not even its loopback. */
static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
static int listening;

static int call(void)
{
	return accept(listening, NULL, NULL);
}

static void release(void)
{
	int fd;
	CHECK(fd = socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK(connect(fd, (struct sockaddr *)&address, sizeof address));
}

int main(void)
{
	CHECK(listening = socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK(bind(listening, (struct sockaddr *)&address, sizeof address));
	CHECK(listen(listening, 1));
	interrupt_call("accept", call, release);
}
