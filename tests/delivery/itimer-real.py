"""---
title: a Python worker arms signal.ITIMER_REAL, every thread sleeps; does the Python handler run
about: >-
  A timeout that a worker sets for itself with alarm() or setitimer() interrupts another thread than the worker.
sender: kernel
posix: unspecified
posix-note: SIGALRM goes to any one thread that has it open. When the Python handler runs is CPython's matter.
spec: XSH 2.4.1, setitimer()
source: [CPython Modules/signalmodule.c trip_signal(), Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_time.c realitexpire()]
hang: expected
quiet: 1000
portable: >-
  The timer is the process's, and its Python handler runs in the main thread. A worker that wants a timeout passes one to
  the call that it waits in.
---"""

import os
import signal
import threading

from observe import await_parked, observe


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(handled, b"x")


def arm():
    await_parked(threading.main_thread(), "read")
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    os.read(os.pipe()[0], 1)


threading.main_thread().name = "main"
until_handled, handled = os.pipe()
signal.signal(signal.SIGALRM, on_signal)
threading.Thread(target=arm, name="w0", daemon=True).start()
os.read(until_handled, 1)
