"""---
title: another signal comes while a Python handler runs; does its handler interrupt the first one
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: >-
  It does, between any two bytecodes. Block in the handler, with signal.pthread_sigmask(), what must not come meanwhile.
---"""

import signal

from observe import observe


def on_signal(signo, frame):
    name = "usr1" if signo == signal.SIGUSR1 else "usr2"
    observe("handler", f"{name} begins")
    if signo == signal.SIGUSR1:
        signal.raise_signal(signal.SIGUSR2)
    observe("handler", f"{name} ends")


signal.signal(signal.SIGUSR1, on_signal)
signal.signal(signal.SIGUSR2, on_signal)
signal.raise_signal(signal.SIGUSR1)
