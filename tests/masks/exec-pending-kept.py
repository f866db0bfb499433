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
import sys
import threading
from signal import SIGTERM, SIGUSR1, SIGUSR2

from observe import again, observe_yes


def replace():
    signal.pthread_kill(threading.get_ident(), SIGUSR1)
    signal.pthread_kill(threading.main_thread().ident, SIGUSR2)
    os.kill(os.getpid(), SIGTERM)
    os.execv(sys.executable, again("report"))


if sys.argv[1:] == ["report"]:
    pending = signal.sigpending()
    observe_yes("pending-of-caller", SIGUSR1 in pending)
    observe_yes("pending-of-other-thread", SIGUSR2 in pending)
    observe_yes("pending-of-process", SIGTERM in pending)
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1, SIGUSR2, SIGTERM])
    threading.Thread(target=replace).start()
