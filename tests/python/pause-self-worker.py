"""---
title: main is in signal.pause() and a worker kill()s the process; does pause() return
sender: self-worker
posix: unverified
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/signalmodule.c trip_signal()]
hang: expected
differs:
  freebsd-*: >-
    Linux prefers the main thread, so pause() returns. FreeBSD prefers the sender: the signal is caught in the worker's
    kill(), CPython defers the Python handler to a main thread that nothing wakes, and pause() never returns.
variants: [ports]
---"""

import os
import signal
import threading

from observe import await_parked, observe


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")


def worker():
    await_parked(threading.main_thread(), "pause")
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, handler)
threading.Thread(target=worker).start()
signal.pause()
observe("pause", "returned")
