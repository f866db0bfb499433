"""---
title: the only thread signals its own process; has the Python handler run when os.kill and signal.raise_signal return
sender: self-main
posix: required
posix-note: of the C handler; CPython runs the Python one between two bytecodes
spec: XSH kill(), raise()
source: [CPython Modules/posixmodule.c os_kill_impl(), CPython Modules/signalmodule.c signal_raise_signal_impl()]
portable: >-
  With threads there is no such promise: use signal.raise_signal() in the main thread, or signal.pthread_kill(), and do
  not assume that the Python handler has run.
---"""

import os
import signal

from observe import observe_yes


def on_signal(signo, frame):
    handled.append(signo)


def observe_handled(call):
    observe_yes(call, len(handled) == 1)
    handled.clear()


handled = []
signal.signal(signal.SIGUSR1, on_signal)
os.kill(os.getpid(), signal.SIGUSR1)
observe_handled("handled-in-kill")
signal.raise_signal(signal.SIGUSR1)
observe_handled("handled-in-raise")
