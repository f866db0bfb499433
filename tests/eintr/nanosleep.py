"""---
title: a signal interrupts time.sleep(); when does Python run its handler, and does it sleep on?
sender: self-worker
posix: required
posix-note: The call below it fails with EINTR even with SA_RESTART, as in nanosleep.c and select-timeout.c.
spec: XSH nanosleep()
source: [CPython Modules/timemodule.c pysleep(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing to do, since Python runs the handler at once and sleeps on. To end a sleep, raise an exception in the handler.
axes: {restart: [restart, no-restart]}
---"""

import signal
import sys
import threading
import time

from interrupted import interrupt_call


class Enough(Exception):
    pass


def enough(signo, frame):
    raise Enough


def sleep():
    try:
        # Long enough for the signals to come first on any machine, short of the deadline should they not end it.
        time.sleep(20)
    except Enough:
        pass


signal.signal(signal.SIGUSR2, enough)
interrupt_call(
    "sleep" if sys.version_info >= (3, 11) else "poll",  # with select() before
    sleep,
    lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2),
)
