/*---
title: a handler interrupts connect(), which waits for the other side; does it fail with EINTR, or restart?
about: >-
  On Linux a connection to a local socket waits while its backlog is full. On FreeBSD that fails at once, so there a
  listening TCP socket drops every request until it is told not to ask for a higher TTL than they have. Each call is of
  a new socket, for a TCP connection goes on being made after EINTR, and calling again for it says EALREADY.
sender: self-worker
posix: unverified
posix-note: >-
  The page of connect() has an interrupted call fail with EINTR, while the connection is made all the same, and names no
  exception. SA_RESTART restarts functions that can fail so unless otherwise specified. Whether that sentence of
  connect() specifies otherwise, the text leaves to its reader.
spec: XSH connect(), XSH sigaction()
source: [Linux net/unix/af_unix.c unix_stream_connect(), FreeBSD sys/kern/uipc_syscalls.c kern_connectat()]
differs:
  freebsd-*: FreeBSD's connect() fails with EINTR even with SA_RESTART; Linux restarts it
portable: >-
  After EINTR do not call connect() again. Wait with poll() until the socket is writable, then ask getsockopt(SO_ERROR)
  and getpeername(). For local sockets on Linux, where the attempt ended with EINTR, do call it again.
axes: {restart: [restart, no-restart], thread: [main, worker]}
quiet: 10000 # FreeBSD sends the request again after a second or more
---*/
#include "interrupted.h"

static int listening;

#ifdef __linux__
#include <sys/un.h>
static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};

static void listen_deaf(void)
{
	int first;

	CHECK(listening = socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK(bind(listening, (struct sockaddr *)&address, sizeof address));
	CHECK(listen(listening, 0));
	CHECK(first = socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK(connect(first, (struct sockaddr *)&address, sizeof address));
}

static void release(void)
{
	CHECK(accept(listening, NULL, NULL));
}
#else
#include <arpa/inet.h>
#include <netinet/in.h>
static struct sockaddr_in address = {.sin_family = AF_INET};

static void listen_deaf(void)
{
	int least = 255;
	socklen_t size = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(listening = socket(AF_INET, SOCK_STREAM, 0));
	CHECK(setsockopt(listening, IPPROTO_IP, IP_MINTTL, &least, sizeof least));
	CHECK(bind(listening, (struct sockaddr *)&address, sizeof address));
	CHECK(listen(listening, 5));
	CHECK(getsockname(listening, (struct sockaddr *)&address, &size));
}

static void release(void)
{
	int least = 0;
	CHECK(setsockopt(listening, IPPROTO_IP, IP_MINTTL, &least, sizeof least));
}
#endif

static int call(void)
{
	int connecting;

	CHECK(connecting = socket(((struct sockaddr *)&address)->sa_family, SOCK_STREAM, 0));
	return connect(connecting, (struct sockaddr *)&address, sizeof address);
}

int main(void)
{
	listen_deaf();
	interrupt_call("connect", call, release);
}
