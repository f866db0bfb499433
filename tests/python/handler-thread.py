"""---
title: a signal to main, to a worker and to the process; which thread runs the Python handler
about: >-
  A signal is sent to a chosen thread with pthread_kill(), or to the process. Whichever thread catches it, the Python
  handler runs in main; set_wakeup_fd() makes main come back to the interpreter to run it.
sender: self-worker
posix: unverified
spec: XSH 2.4.1
source: [CPython Modules/signalmodule.c trip_signal(), CPython Python/ceval.c handle_signals()]
portable: >-
  Count on the main thread for Python handlers, on every system; do not use pthread_kill() to choose the thread that
  runs one. A signal sent to a thread that blocks it stays pending there, for no other thread to take (@ports). And
  make sure that main comes back to the interpreter: python/handler-in-worker.py shows which ways of waiting do.
variants: [ports]
---"""

import os
import signal
import threading

from observe import observe


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe(key, "main" if main else "worker")


def to_main():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)


def to_worker():
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    # Blocked by the ports' patch, the signal ends with its thread: nothing but this lets main go on.
    if signal.SIGTERM in signal.sigpending():
        observe(key, "pending")
        os.write(wakeup, b"x")


def to_process():
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, handler)
caught, wakeup = os.pipe()
os.set_blocking(wakeup, False)
# The C handler writes here in whichever thread it runs, so main comes back to the interpreter on every system.
signal.set_wakeup_fd(wakeup)
for key, send in ("to-main", to_main), ("to-worker", to_worker), ("to-process", to_process):
    worker = threading.Thread(target=send)
    worker.start()
    os.read(caught, 1)
    worker.join()
