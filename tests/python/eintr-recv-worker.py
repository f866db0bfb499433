"""---
title: a worker sits in socket.recv(), main joins it, and another worker kill()s the process; does the handler run
sender: self-worker
posix: unverified
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/signalmodule.c trip_signal()]
hang: expected
differs:
  freebsd-*: >-
    Linux prefers the main thread, whose join is interrupted to run the handler. FreeBSD prefers the sender: main stays
    asleep in join, so the Python handler never runs and recv never gets what the handler would have sent.
variants: [ports]
---"""

import os
import signal
import socket
import threading

from observe import await_parked, observe

near, far = socket.socketpair()


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")
    far.send(b"x")


def worker():
    try:
        near.recv(1)
        observe("recv", "data")
    except InterruptedError:
        observe("recv", "EINTR")


def sender():
    await_parked(receiver, "read")
    await_parked(threading.main_thread(), "lock")
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, handler)
receiver = threading.Thread(target=worker)
receiver.start()
threading.Thread(target=sender).start()
receiver.join()
