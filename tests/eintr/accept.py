"""---
title: a signal interrupts socket.accept(); when does Python run its handler?
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

listening = socket.socket(socket.AF_UNIX)
listening.bind("socket")
listening.listen()
client = socket.socket(socket.AF_UNIX)
interrupt_call("accept", listening.accept, lambda: client.connect("socket"))
