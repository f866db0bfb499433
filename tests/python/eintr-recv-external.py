"""---
title: a worker sits in socket.recv() and another process kill()s; where does the handler run, and does recv go on
about: >-
  The worker of the 2011 story that sat in recv(), and a signal from outside. Main is asleep in join(), and the
  handler sends the data that recv() waits for, so that the run ends only if the handler does run.
sender: external
posix: unverified
posix-note: >-
  Any thread that has not blocked the signal may take it (delivery/ext-open.c asks that in C); here main is the one.
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/socketmodule.c sock_call_ex()]
portable: >-
  Expect data from recv() and no InterruptedError: Python calls again after EINTR since 3.5 (PEP 475), in every thread
  (python/eintr-recv-thread.py). That the handler runs at all rests on main being the one that takes the signal, which
  is true of every system that it has run on and promised by none: it fails when a worker sends
  (python/eintr-recv-worker.py). Take signals with signal.sigwait(), or wait in select.select() on the pipe of
  signal.set_wakeup_fd().
variants: [ports]
---"""

import signal
import socket
import threading

from external import external_kill
from observe import observe

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


signal.signal(signal.SIGTERM, handler)
kill_beside = external_kill(signal.SIGTERM, main_parks="lock")
receiver = threading.Thread(target=worker)
receiver.start()
kill_beside(receiver)
receiver.join()
