"""---
title: two pending signals are unblocked at once; which Python handler runs first, and does one interrupt the other
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: Rely on no order. CPython runs the handlers of the signals that it has noted by number, one after the other.
---"""

import os
import signal

from observe import observe


def on_signal(signo, frame):
    name = "usr1" if signo == signal.SIGUSR1 else "usr2"
    observe("handler", f"{name} begins")
    observe("handler", f"{name} ends")


both = {signal.SIGUSR1, signal.SIGUSR2}
signal.pthread_sigmask(signal.SIG_BLOCK, both)
for signo in both:
    signal.signal(signo, on_signal)
os.kill(os.getpid(), signal.SIGUSR2)
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_UNBLOCK, both)
