"""---
title: a worker installs a Python handler; is it let
sender: none
posix: unverified
source: [CPython Modules/signalmodule.c signal_signal_impl()]
portable: >-
  Only the main thread of the main interpreter may call signal.signal(). Install handlers before there are threads.
---"""

import signal
import threading

from observe import observe


def install():
    try:
        signal.signal(signal.SIGUSR1, lambda signo, frame: None)
        observe("signal", "accepted")
    except ValueError:
        observe("signal", "ValueError")


worker = threading.Thread(target=install)
worker.start()
worker.join()
