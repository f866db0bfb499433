"""---
title: a signal interrupts fcntl.flock() on a locked file; when does Python run its handler?
sender: self-worker
posix: unverified
posix-note: EINTR or a restart below it, as in flock.c.
source: [CPython Modules/fcntlmodule.c fcntl_flock_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again. To give up waiting, raise an exception in the handler.
axes: {restart: [restart, no-restart]}
---"""

import fcntl
import os

from interrupted import interrupt_call

# Two open file descriptions, each of which can hold the lock: it needs no second process.
ours = os.open("file", os.O_CREAT | os.O_RDWR, 0o600)
theirs = os.open("file", os.O_RDWR)
fcntl.flock(theirs, fcntl.LOCK_EX)
interrupt_call("file-lock", lambda: fcntl.flock(ours, fcntl.LOCK_EX), lambda: fcntl.flock(theirs, fcntl.LOCK_UN))
