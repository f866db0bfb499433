"""---
title: a worker sits in socket.recv(), main joins it, and another worker kill()s the process; does the handler run
about: >-
  A worker waits for data, main waits for the worker, and the handler is to send the data that ends both waits.
  Another worker kill()s the process. The handler runs in main or not at all, so that a main thread which sleeps in
  join() while somebody else catches the signal leaves both asleep. In 2011 it was the worker in recv() that caught
  it, and its call failed with EINTR; since 3.5 Python calls again (PEP 475).
sender: self-worker
posix: unverified
posix-note: >-
  As for python/pause-self-worker.py: any thread that has not blocked the signal may take it (delivery/self-worker.c).
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/signalmodule.c trip_signal()]
hang: expected
differs:
  freebsd-*: >-
    Linux prefers the main thread, whose join is interrupted to run the handler. FreeBSD prefers the sender: main stays
    asleep in join, so the Python handler never runs and recv never gets what the handler would have sent.
portable: >-
  Do not leave main in join() without end if handlers are to run: join() does not return when a worker catches the
  signal (python/handler-in-worker.py). Block the signals before the first thread starts and take them with
  signal.sigwait() (delivery/sigwait-many.py), or wait in a loop around time.sleep() (python/sleep-loop.py), or in
  select.select() on the pipe of signal.set_wakeup_fd() (python/handler-in-worker.py), and join afterwards.
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
