"""---
title: a worker sits in socket.recv() and main pthread_kill()s it; does recv go on
about: >-
  Main sends the signal to the very thread that sits in recv(), so that the system call is interrupted for certain.
  Python calls it again (PEP 475, since 3.5); before, this was the EINTR that a worker saw in 2011.
sender: self-main
posix: unverified
spec: XSH pthread_kill
source: [CPython Modules/socketmodule.c sock_call_ex()]
hang: expected
portable: >-
  Do not use a signal to end a call that blocks: recv() goes on, and only data ends it here. Nor write a loop against
  EINTR in Python; in C, where a handler without SA_RESTART makes recv() fail with it, do (eintr/recv.c).
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


def worker():
    try:
        near.recv(1)
        observe("recv", "data")
    except InterruptedError:
        observe("recv", "EINTR")


signal.signal(signal.SIGTERM, handler)
caught, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)

receiver = threading.Thread(target=worker)
receiver.start()
await_parked(receiver, "read")
signal.pthread_kill(receiver.ident, signal.SIGTERM)
# The C handler writes here, in the worker. Only then may data come: recv has been interrupted and must start again.
# With the ports' patch the worker never opens the signal, and this read does not return.
os.read(caught, 1)
far.send(b"x")
receiver.join()
