"""---
title: a worker reads a mapped page of a file that was truncated; does a Python handler save the process
about: >-
  CPython's C handler notes the signal and returns, to the instruction that faulted: the Python handler never runs. So
  only the default action is tried here; it ends the process.
sender: kernel
posix: required
posix-note: Access to whole pages beyond the end of a mapped object is SIGBUS.
spec: XSH mmap()
source: [CPython Modules/signalmodule.c trip_signal()]
portable: >-
  No Python code can catch this. Read files that others may truncate with os.pread() rather than mmap.
---"""

import mmap
import os
import threading

from observe import observe


def read_past_end():
    file = os.open("truncated", os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(file, mmap.PAGESIZE)
    page = mmap.mmap(file, mmap.PAGESIZE)
    os.ftruncate(file, 0)
    observe("read", "begins")
    observe("read", "value %d" % page[8])


worker = threading.Thread(target=read_past_end)
worker.start()
worker.join()
