"""---
title: a signal interrupts fcntl.lockf(), which waits for another process's lock; when does Python run its handler?
sender: self-worker
posix: unverified
posix-note: EINTR or a restart below it, as in setlkw.c.
spec: XSH fcntl(), XSH sigaction()
source: [CPython Modules/fcntlmodule.c fcntl_lockf_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again. To give up waiting, raise an exception in the handler.
axes: {restart: [restart, no-restart]}
---"""

import fcntl
import os

from interrupted import interrupt_call

is_locked, locked = os.pipe()
told, tell = os.pipe()
file = os.open("file", os.O_CREAT | os.O_RDWR, 0o600)
if os.fork() == 0:
    fcntl.lockf(file, fcntl.LOCK_EX)
    os.write(locked, b"x")
    os.read(told, 1)
    os._exit(0)
os.read(is_locked, 1)
interrupt_call("file-lock", lambda: fcntl.lockf(file, fcntl.LOCK_EX), lambda: os.write(tell, b"x"))
