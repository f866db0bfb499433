"""---
title: a signal interrupts os.waitpid() for a running child; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in wait.c.
spec: XSH sigaction(), XSH wait()
source: [CPython Modules/posixmodule.c os_waitpid_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call

told, tell = os.pipe()
child = os.fork()
if child == 0:
    os.read(told, 1)
    os._exit(0)
interrupt_call("wait", lambda: os.waitpid(child, 0), lambda: os.write(tell, b"x"))
