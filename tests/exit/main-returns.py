"""---
title: the Python main thread is done while a worker sleeps and a signal comes; does the process end, and who runs the handler
about: >-
  Python's main thread does not end the program while plain workers live: it waits for them when its own code is done.
  Workers that are daemons are not waited for.
sender: self-worker
posix: unverified
source: [CPython Lib/threading.py _shutdown()]
hang: expected
axes: {worker: [plain, daemon]}
portable: >-
  A Python program ends only when all its plain threads have ended, and it still handles signals while it waits for
  them. Make threads that never end daemons, or stop them.
---"""

import atexit
import os
import signal
import sys
import threading

from observe import await_parked, axis_is, observe


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(handled, b"x")


def work():
    if not daemon:
        await_parked(threading.main_thread(), "lock")
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        os.read(until_handled, 1)
        observe("worker", "goes on")
    os.write(parking, b"x")
    os.read(os.pipe()[0], 1)


daemon = axis_is("worker", "daemon")
threading.main_thread().name = "main"
until_handled, handled = os.pipe()
until_parking, parking = os.pipe()
signal.signal(signal.SIGUSR1, on_signal)
atexit.register(lambda: observe("atexit-thread", threading.current_thread().name))
threading.Thread(target=work, daemon=daemon).start()
if daemon:
    os.read(until_parking, 1)
sys.exit(3)
