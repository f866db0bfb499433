"""---
title: a signal interrupts socket.recv() on a socket with SO_RCVTIMEO; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in recv-timeo.c.
spec: XSH sigaction(), XSH recv(), XSH 2.10.16
source: [CPython Modules/socketmodule.c sock_call_ex(), CPython Modules/signalmodule.c trip_signal()]
differs:
  freebsd-*: >-
    with SA_RESTART, FreeBSD restarts the call, so the handler waits; Linux restarts none on a socket with a timeout
portable: Use settimeout(), which Python counts down itself across signals, rather than SO_RCVTIMEO.
axes: {restart: [restart, no-restart]}
---"""

import socket
import struct

from interrupted import interrupt_call

ours, theirs = socket.socketpair()
ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 3600, 0))
interrupt_call("read", lambda: ours.recv(1), lambda: theirs.send(b"x"))
