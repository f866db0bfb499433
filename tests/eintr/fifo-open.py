"""---
title: a signal interrupts os.open() of a FIFO that nobody writes to; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in fifo-open.c.
spec: XSH sigaction(), XSH open()
source: [CPython Modules/posixmodule.c os_open_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call

os.mkfifo("fifo")
interrupt_call("open", lambda: os.open("fifo", os.O_RDONLY), lambda: os.open("fifo", os.O_WRONLY))
