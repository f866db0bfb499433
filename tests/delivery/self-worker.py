"""---
title: a worker kills its own process, every thread is open; which thread runs the Python handler
sender: self-worker
posix: unspecified
posix-note: >-
  any thread that has the signal open, or is in a sigwait for it, may be given it: the choice is left to the system
spec: XSH 2.4.1
source: [CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Send with signal.pthread_kill(threading.main_thread().ident, …), or let main wait with signal.set_wakeup_fd() and
  select, which wake it whichever thread caught the signal.
hang: expected
differs:
  freebsd-*: >-
    The Python handler runs in the main thread only. Where the C handler runs there too (Linux), it ends main's read and
    the handler runs; where it runs in the sender (FreeBSD), main sleeps on.
---"""

import os
import signal
import threading

from observe import await_parked, observe


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(handled, b"x")


def park():
    os.read(os.pipe()[0], 1)


def kill_process():
    await_parked(threading.main_thread(), "read")
    await_parked(idle, "read")
    os.kill(os.getpid(), signal.SIGUSR1)


threading.main_thread().name = "main"
until_handled, handled = os.pipe()
signal.signal(signal.SIGUSR1, on_signal)
idle = threading.Thread(target=park, name="w0", daemon=True)
idle.start()
threading.Thread(target=kill_process, name="w1").start()
os.read(until_handled, 1)
