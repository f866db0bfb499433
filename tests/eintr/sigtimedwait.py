"""---
title: another signal interrupts signal.sigtimedwait() long before its timeout; when does Python run its handler?
sender: self-worker
posix: implementation-defined
posix-note: Below it, sigtimedwait() may fail with EINTR, as in sigtimedwait.c.
spec: XSH sigtimedwait()
source: [CPython Modules/signalmodule.c signal_sigtimedwait_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing to do, since Python runs the handler and waits for the time that is left, where the C library does not hide
  the interruption as musl does.
axes: {restart: [restart, no-restart]}
---"""

import signal
import threading

from interrupted import interrupt_call

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
interrupt_call(
    "sigwait",
    lambda: signal.sigtimedwait([signal.SIGUSR2], 3600),
    lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2),
)
