"""---
title: a Python worker calls sys.exit or os._exit; is its status the process's, and who runs the atexit function
about: >-
  sys.exit() only raises SystemExit, which ends the thread that it is raised in; the status goes nowhere. A worker that
  wants to end the process has os._exit(), which runs no atexit function.
sender: none
posix: unverified
source: [CPython Lib/threading.py excepthook()]
axes: {call: [sys-exit, os-exit]}
portable: >-
  To end a Python program from a worker, tell the main thread, and let that one call sys.exit(). os._exit() ends it at
  once, and nothing is flushed or cleaned up.
---"""

import atexit
import os
import sys
import threading

from observe import axis_is, observe


def leave():
    if axis_is("call", "sys-exit"):
        sys.exit(3)
    os._exit(3)


threading.main_thread().name = "main"
atexit.register(lambda: observe("atexit-thread", threading.current_thread().name))
worker = threading.Thread(target=leave, name="w0")
worker.start()
worker.join()
observe("worker", "ended")
