"""---
title: is its own signal blocked while a Python handler runs
about: >-
  CPython's C handler only notes the signal and returns; the Python handler runs later, with the mask of the main
  thread.
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c _PyErr_CheckSignalsTstate()]
portable: >-
  A Python handler can be interrupted by any signal, its own as well. Block those that must not come with
  signal.pthread_sigmask(), or only set a flag in it.
---"""

import signal

from observe import observe_yes


def on_signal(signo, frame):
    observe_yes("own-during", signal.SIGUSR1 in signal.pthread_sigmask(signal.SIG_BLOCK, []))


signal.signal(signal.SIGUSR1, on_signal)
signal.raise_signal(signal.SIGUSR1)
