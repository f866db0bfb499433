"""---
title: a signal interrupts socket.accept(); when does Python run its handler?
sender: self-worker
posix: required # EINTR or a restart below it, as in accept.c
spec: XSH sigaction, SA_RESTART
source: [CPython Modules/socketmodule.c sock_call_ex(), CPython Modules/signalmodule.c trip_signal()]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---"""

import socket

from interrupted import interrupt_call

listening = socket.socket(socket.AF_UNIX)
listening.bind("socket")
listening.listen()
client = socket.socket(socket.AF_UNIX)
interrupt_call("accept", listening.accept, lambda: client.connect("socket"))
