"""---
title: a Python handler raises an exception while main is in os.read(); does the read end with it
about: What SIGINT does by default, and what a timeout with SIGALRM is often made of.
sender: self-worker
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: >-
  An exception from a handler ends the call, which is otherwise made again (PEP 475). It may come between any two
  bytecodes, a finally clause's as well: guard what must not be cut short.
---"""

import os
import signal
import threading

from observe import await_parked, observe


class Interrupted(Exception):
    pass


def on_signal(signo, frame):
    raise Interrupted


def interrupt():
    await_parked(threading.main_thread(), "read")
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)


signal.signal(signal.SIGUSR1, on_signal)
worker = threading.Thread(target=interrupt)
worker.start()
try:
    os.read(os.pipe()[0], 1)
    observe("read", "returned")
except Interrupted:
    observe("read", "raised")
worker.join()
