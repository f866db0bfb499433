"""---
title: a worker calls os.execv() with signals pending on itself, on main and on the process; which has the new program?
sender: self-worker
posix: required
posix-note: >-
  the initial thread inherits the pending signals of the thread that called exec, and the process those of the process;
  threads that end take theirs with them
spec: XSH exec
source: [CPython Modules/posixmodule.c os_execv_impl()]
portable: >-
  Take what is pending by signal.sigtimedwait() or sigwait() before exec: the new program would die of it as soon as it
  unblocks the signal.
---"""

import os
import signal
import threading
from signal import SIGTERM, SIGUSR1, SIGUSR2

from observe import heir

HEIR = heir(
    {
        "pending-of-caller": ("pending", SIGUSR1),
        "pending-of-other-thread": ("pending", SIGUSR2),
        "pending-of-process": ("pending", SIGTERM),
    }
)


def replace():
    signal.pthread_kill(threading.get_ident(), SIGUSR1)
    signal.pthread_kill(threading.main_thread().ident, SIGUSR2)
    os.kill(os.getpid(), SIGTERM)
    os.execv(HEIR[0], HEIR)


signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1, SIGUSR2, SIGTERM])
threading.Thread(target=replace).start()
