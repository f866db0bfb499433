"""---
title: main is in signal.pause(), a worker is idle, and another process kill()s; does pause() return
sender: external
posix: unverified
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal()]
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
