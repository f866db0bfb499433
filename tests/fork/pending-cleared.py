"""---
title: a worker forks with signals pending on itself and on its process; does the child have them?
sender: self-worker
posix: required
posix-note: the child's set of pending signals starts empty
spec: XSH fork
source: [CPython Modules/posixmodule.c os_fork_impl()]
portable: >-
  What was pending stays the parent's: a child that is to have it must be sent it.
---"""

import os
import signal
import threading
from signal import SIGUSR1, SIGUSR2

from observe import observe, observe_status


def observe_pending(key):
    pending = signal.sigpending()
    targets = [name for name, signo in (("thread", SIGUSR1), ("process", SIGUSR2)) if signo in pending]
    observe(key, "both" if len(targets) == 2 else targets[0] if targets else "none")


def forker():
    signal.pthread_kill(threading.get_ident(), SIGUSR1)
    os.kill(os.getpid(), SIGUSR2)
    child = os.fork()
    if child == 0:
        observe_pending("pending-in-child")
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])
    observe_pending("pending-in-parent")


signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1, SIGUSR2])
worker = threading.Thread(target=forker)
worker.start()
worker.join()
