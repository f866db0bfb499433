"""---
title: a Python handler forks; does the child return from it to what was interrupted?
sender: self-main
posix: unverified
source: [CPython Modules/signalmodule.c PyErr_CheckSignals(), CPython Modules/posixmodule.c os_fork_impl()]
portable: >-
  The child goes on with whatever the handler interrupted, as the parent does: let it end by os._exit() or os.exec*() in
  the handler if that is not meant.
---"""

import os
import signal

from observe import observe, observe_status

child = None


def handler(signo, frame):
    global child
    child = os.fork()
    if child == 0:
        # Python runs its handlers after the C one has returned, when the mask is restored.
        observe("child-in-handler", "blocked" if signo in signal.pthread_sigmask(signal.SIG_BLOCK, []) else "open")


signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
while child is None:
    pass
if child == 0:
    observe("child-after-handler", "open" if not signal.pthread_sigmask(signal.SIG_BLOCK, []) else "blocked")
    os._exit(0)
observe_status("child", os.waitpid(child, 0)[1])
