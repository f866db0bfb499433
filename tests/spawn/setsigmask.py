"""---
title: a worker calls os.posix_spawn() with setsigmask; which mask does the program have?
sender: none
posix: required
posix-note: with POSIX_SPAWN_SETSIGMASK the child has the attribute's mask, nothing of the caller's
spec: XSH posix_spawn()
source: [CPython Modules/posixmodule.c parse_posix_spawn_flags()]
portable: >-
  Pass `setsigmask=[]` to os.posix_spawn() in a thread that blocks signals: without it the program begins with the
  thread's own mask. subprocess has no such option.
---"""

import os
import signal
import sys
import threading
from signal import SIGUSR1, SIGUSR2

from observe import again, observe, observe_status, observe_yes


def blocked():
    return signal.pthread_sigmask(signal.SIG_BLOCK, [])


def spawn():
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1])
    command = again("report")
    child = os.posix_spawn(command[0], command, os.environ, setsigmask=[SIGUSR2])
    observe_status("child", os.waitpid(child, 0)[1])
    observe("caller-after", "as before" if blocked() == {SIGUSR1} else "changed")


if sys.argv[1:] == ["report"]:
    observe_yes("callers-blocked", SIGUSR1 in blocked())
    observe_yes("attributes-blocked", SIGUSR2 in blocked())
    observe_yes("others-blocked", bool(blocked() - {SIGUSR1, SIGUSR2}))
else:
    worker = threading.Thread(target=spawn)
    worker.start()
    worker.join()
