"""---
title: the same signal comes while its Python handler runs; does a second run begin before the first has ended
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: >-
  A Python handler interrupts itself, so it must be reentrant: no lock that it takes may be held by its own first run.
  Block the signal with signal.pthread_sigmask() where that cannot be had.
---"""

import signal

from observe import observe


def on_signal(signo, frame):
    observe("handler", "begins")
    runs.append(signo)
    if len(runs) == 1:
        signal.raise_signal(signo)
    observe("handler", "ends")


runs = []
signal.signal(signal.SIGUSR1, on_signal)
signal.raise_signal(signal.SIGUSR1)
