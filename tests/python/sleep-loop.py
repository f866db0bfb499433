"""---
title: main sleeps in a loop until the handler says done and a worker kill()s the process; does the loop end
about: >-
  What worked on both systems in 2011, when signal.pause() did not: main looks again after each nap, so that it does
  not matter which thread catches the signal, nor when.
sender: self-worker
posix: unverified
spec: XSH 2.4.1
source: [CPython Python/ceval.c handle_signals(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  This is portable. The price is a process that wakes up for nothing, and a signal that is answered one nap late at
  worst. Without that price: signal.sigwait() for signals that every thread blocks (delivery/sigwait-many.py), or
  select.select() on the pipe of signal.set_wakeup_fd() (python/handler-in-worker.py).
variants: [ports]
---"""

import os
import signal
import threading
import time

from observe import observe

done = False


def handler(signum, frame):
    global done
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")
    done = True


def worker():
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, handler)
threading.Thread(target=worker).start()
# Whichever thread catches the signal, and whenever: main is back in the interpreter after each nap, and looks.
while not done:
    time.sleep(0.05)
observe("loop", "ended")
