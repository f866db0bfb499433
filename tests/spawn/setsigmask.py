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
import threading
from signal import SIGUSR1, SIGUSR2

from observe import heir, observe, observe_status

HEIR = heir(
    {
        "callers-blocked": ("blocked", SIGUSR1),
        "attributes-blocked": ("blocked", SIGUSR2),
        "others-blocked": ["others-blocked"],
    }
)


def spawn():
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1])
    child = os.posix_spawn(HEIR[0], HEIR, os.environ, setsigmask=[SIGUSR2])
    observe_status("child", os.waitpid(child, 0)[1])
    observe("caller-after", "as before" if signal.pthread_sigmask(signal.SIG_BLOCK, []) == {SIGUSR1} else "changed")


worker = threading.Thread(target=spawn)
worker.start()
worker.join()
