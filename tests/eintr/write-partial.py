"""---
title: a signal interrupts os.write() when the pipe took a part of the data; does Python write the rest?
sender: self-worker
posix: required
posix-note: Below it, write() returns how much it has written, as in write-partial.c.
spec: XSH write()
source: [CPython Python/fileutils.c _Py_write_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  os.write() may write less than it was given, so look at what it returns. A file object opened with open() writes all.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call
from observe import observe

# More than a pipe holds on any system.
ALL = 1 << 20


def write_all():
    written = os.write(writing, bytes(ALL))
    if written < ALL:
        observe("first-write", "short")
        while written < ALL:
            written += os.write(writing, bytes(ALL - written))


def drain():
    left = ALL
    while left > 0:
        left -= len(os.read(reading, left))


reading, writing = os.pipe()
interrupt_call("write", write_all, drain)
