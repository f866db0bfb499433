"""---
title: a worker sits in socket.recv() and another process kill()s; where does the handler run, and does recv go on
sender: external
posix: unverified
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/socketmodule.c sock_call_ex()]
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
