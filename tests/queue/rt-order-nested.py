"""---
title: three realtime signals are pending and become unblocked at once; in which order do the Python handlers run
about: >-
  The handlers in C have an empty sa_mask and run in the reverse order of their numbers, one on top of the other. They
  only set a flag for each signal, and the interpreter looks at the flags in the order of the numbers.
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: Do not rely on the order in which Python handlers of different signals run.
---"""

import os
import signal

from observe import observe, signal_name

signals = [signal.SIGRTMIN + i for i in range(3)]
for signo in signals:
    signal.signal(signo, lambda signo, frame: observe("handler-runs", signal_name(signo)))
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
for signo in reversed(signals):
    os.kill(os.getpid(), signo)
signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
