"""---
title: a signal interrupts socket.recv(); when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart beneath it, as the C test of that name has it
spec: XSH sigaction, SA_RESTART
source: [CPython Modules/socketmodule.c sock_call_ex(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing is to be done: since Python 3.5 (PEP 475) the call goes on after EINTR. A handler that is to end it must raise
  an exception, and it runs in the main thread only.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---"""

import socket

from interrupted import interrupt_call

ours, theirs = socket.socketpair()
interrupt_call("read", lambda: ours.recv(1), lambda: theirs.send(b"x"))
