"""---
title: a worker that blocks SIGABRT calls os.abort(); is the process killed, and does a Python handler run
about: Also where SIGABRT is ignored, and where it has a Python handler.
sender: self-worker
posix: required
posix-note: >-
  abort() overrides that SIGABRT is blocked or ignored, and ends the process unless a handler does not return. CPython's
  C handler returns, and abort() leaves no time for the Python one.
spec: XSH abort()
source: [CPython Modules/signalmodule.c trip_signal(), glibc stdlib/abort.c, FreeBSD lib/libc/stdlib/abort.c abort()]
axes: {abrt: [blocked, ignored, handled]}
portable: A Python handler never sees os.abort(). What has to be done before it, do before you call it.
---"""

import os
import signal
import threading

from observe import axis_is, observe


def call_abort():
    if axis_is("abrt", "blocked"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGABRT})
    os.abort()


ignored = axis_is("abrt", "ignored")
signal.signal(signal.SIGABRT, signal.SIG_IGN if ignored else lambda signo, frame: observe("handler", "ran"))
worker = threading.Thread(target=call_abort)
worker.start()
worker.join()
