"""---
title: main selects on signal.set_wakeup_fd's pipe, a worker kills the process; does main run the Python handler?
about: >-
  What signal.pause, Thread.join and a lock do not promise: whichever thread the C handler runs in, main wakes.
sender: self-worker
posix: unverified
source:
  - CPython Modules/signalmodule.c trip_signal()
  - Linux kernel/signal.c complete_signal()
  - FreeBSD sys/kern/kern_sig.c sigtd()
portable: >-
  Let the main thread wait in select, or in an event loop, on the pipe of signal.set_wakeup_fd: it wakes on every
  system, whichever thread takes the signal, and runs the Python handler.
---"""

import os
import select
import signal
import threading

from observe import await_parked, observe


def handler(signo, frame):
    observe("handler-thread", threading.current_thread().name)


def send():
    await_parked(main, "poll")
    os.kill(os.getpid(), signal.SIGUSR1)
    os.read(until_woken, 1)


main = threading.main_thread()
main.name = "main"
until_woken, woken = os.pipe()
reading, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, handler)
worker = threading.Thread(target=send, name="worker")
worker.start()
select.select([reading], [], [])
observe("select", "ready")
os.write(woken, b"x")
