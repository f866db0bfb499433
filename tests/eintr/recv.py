"""---
title: a signal interrupts socket.recv(); when does Python run its handler?
sender: self-worker
posix: required # EINTR or a restart below it, as in recv.c
spec: XSH sigaction, SA_RESTART
source: [CPython Modules/socketmodule.c sock_call_ex(), CPython Modules/signalmodule.c trip_signal()]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---"""

import socket

from interrupted import interrupt_call

ours, theirs = socket.socketpair()
interrupt_call("read", lambda: ours.recv(1), lambda: theirs.send(b"x"))
