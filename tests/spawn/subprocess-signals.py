"""---
title: >-
  a worker that blocks a signal starts a program with subprocess; what do its signals do, with and without
  restore_signals?
sender: none
posix: unverified
source: [CPython Modules/_posixsubprocess.c child_exec(), CPython Modules/signalmodule.c _Py_RestoreSignals()]
axes:
  restore: [restore, keep]
portable: >-
  restore_signals, on by default, sets what Python itself ignores (SIGPIPE, SIGXFSZ) back to its default, and nothing
  else: what the program ignores stays ignored, and the thread's mask is handed on. Unblock signals around Popen.
---"""

import signal
import subprocess
import threading
from signal import SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ

from observe import axis, observe


def effect(signo):
    """What a shell that sends itself the signal comes to."""
    command = ["/bin/sh", "-c", f"kill -{signo.name[3:]} $$; exit 0"]
    status = subprocess.call(command, restore_signals=axis("restore") == "restore")
    return "killed" if status == -signo else "lives" if status == 0 else "other"


def start():
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGTERM])
    observe("pipe", effect(SIGPIPE))
    observe("xfsz", effect(SIGXFSZ))
    observe("ignored", effect(SIGUSR1))
    observe("caught", effect(SIGUSR2))
    observe("blocked", effect(SIGTERM))


signal.signal(SIGUSR1, signal.SIG_IGN)
signal.signal(SIGUSR2, lambda signo, frame: None)
worker = threading.Thread(target=start)
worker.start()
worker.join()
