"""---
title: a Python handler blocks another signal with signal.pthread_sigmask(); is it still blocked when it has returned
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: >-
  In C the mask is restored when a handler returns; in Python it is not. Restore it yourself, in a finally clause.
---"""

import signal

from observe import observe_yes


def is_blocked(signo):
    return signo in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def on_signal(signo, frame):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    observe_yes("other-during", is_blocked(signal.SIGUSR2))


signal.signal(signal.SIGUSR1, on_signal)
signal.raise_signal(signal.SIGUSR1)
observe_yes("other-after", is_blocked(signal.SIGUSR2))
