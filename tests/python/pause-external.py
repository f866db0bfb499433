"""---
title: main is in signal.pause(), a worker is idle, and another process kill()s; does pause() return
about: >-
  The 2011 situation with a signal from outside, as from kill(1) or an rc script. It tells the sender's part in it:
  python/pause-self-worker.py is the same with a worker as the sender, and differs.
sender: external
posix: unverified
posix-note: >-
  Any thread that has not blocked the signal may take it (delivery/ext-open.c asks that in C); here main is the one.
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal()]
portable: >-
  Do not conclude from a kill(1) that works that pause() does: main happens to be the thread that these systems choose
  for a signal from outside, as long as it does not block it (delivery/ext-main-blocked.c).
  python/pause-self-worker.py tells how to wait instead.
variants: [ports]
---"""

import os
import signal
import threading

from external import external_kill
from observe import observe


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")


signal.signal(signal.SIGTERM, handler)
kill_beside = external_kill(signal.SIGTERM, main_parks="pause")
idle, finish = os.pipe()
worker = threading.Thread(target=os.read, args=(idle, 1))
worker.start()
kill_beside(worker)
signal.pause()
observe("pause", "returned")
os.write(finish, b"x")
