"""---
title: a signal interrupts os.read() on an empty pipe; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in read.c.
spec: XSH sigaction(), XSH read()
source: [CPython Python/fileutils.c _Py_read(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call

reading, writing = os.pipe()
interrupt_call("read", lambda: os.read(reading, 1), lambda: os.write(writing, b"x"))
