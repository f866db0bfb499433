"""---
title: a signal interrupts socket.sendmsg() when the socket's buffer is full; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in sendmsg.c.
spec: XSH sigaction(), XSH sendmsg()
source: [CPython Modules/socketmodule.c sock_call_ex(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again.
axes: {restart: [restart, no-restart]}
---"""

import socket

from interrupted import interrupt_call


def drain():
    theirs.setblocking(False)
    try:
        while True:
            theirs.recv(4096)
    except BlockingIOError:
        pass


ours, theirs = socket.socketpair()
try:
    while True:
        ours.sendmsg([b"x"], [], socket.MSG_DONTWAIT)
except BlockingIOError:
    pass
interrupt_call("write", lambda: ours.sendmsg([b"x"]), drain)
