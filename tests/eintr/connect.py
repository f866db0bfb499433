"""---
title: a signal interrupts socket.connect(); when does Python run its handler, and is it connected then?
about: >-
  On Linux a connection to a local socket waits while its backlog is full; on FreeBSD one over TCP waits for a socket
  that drops every request until it is told not to, as in connect.c. After EINTR Python does not call again but waits
  until the socket is writable, and then takes it for connected if it has no error.
sender: self-worker
posix: unverified
posix-note: EINTR or a restart below it, as in connect.c.
spec: XSH connect(), XSH sigaction()
source: [CPython Modules/socketmodule.c internal_connect(), Linux net/unix/af_unix.c unix_stream_connect()]
differs:
  freebsd-*: >-
    FreeBSD never restarts connect() and goes on making the connection. Linux restarts it with SA_RESTART; without, it
    gives up the attempt on a local socket, which is writable all the same, so Python returns from it unconnected
portable: >-
  After connect() on a local socket ask getpeername() whether it is connected, and connect again where not. A timeout is
  no remedy: with one, connect() to a full backlog fails at once.
axes: {restart: [restart, no-restart]}
quiet: 10000 # FreeBSD sends the request again after a second or more
---"""

import socket
import sys

from interrupted import interrupt_call
from observe import observe_yes

LINUX = sys.platform == "linux"
IP_MINTTL = 66


def call():
    connecting.connect(address)
    try:
        connecting.getpeername()
        observe_yes("connected", True)
    except OSError:
        observe_yes("connected", False)
        connecting.connect(address)


def release():
    if LINUX:
        listening.accept()
    else:
        listening.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 0)


family = socket.AF_UNIX if LINUX else socket.AF_INET
listening = socket.socket(family)
listening.bind("socket" if LINUX else ("127.0.0.1", 0))
if not LINUX:
    listening.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 255)
listening.listen(0 if LINUX else 5)
address = listening.getsockname()
if LINUX:
    first = socket.socket(family)
    first.connect(address)
connecting = socket.socket(family)
interrupt_call("connect", call, release, "connect" if LINUX else "poll")
