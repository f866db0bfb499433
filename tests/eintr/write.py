"""---
title: a signal interrupts os.write() on a full pipe, before anything is written; when does Python run its handler?
sender: self-worker
posix: required
posix-note: EINTR or a restart below it, as in write.c.
spec: XSH sigaction(), XSH write()
source: [CPython Python/fileutils.c _Py_write_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Leave siginterrupt() alone: signal.signal() makes calls interruptible, Python runs the handler at once and calls
  again.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call


def fill(size):
    try:
        while True:
            os.write(writing, bytes(size))
    except BlockingIOError:
        pass


def drain():
    os.set_blocking(reading, False)
    try:
        while True:
            os.read(reading, 4096)
    except BlockingIOError:
        pass


reading, writing = os.pipe()
os.set_blocking(writing, False)
for size in 4096, 512, 1:
    fill(size)
os.set_blocking(writing, True)
interrupt_call("write", lambda: os.write(writing, b"x"), drain)
