"""---
title: a worker starts a program with signals pending on itself and on its process; are they pending there?
sender: self-worker
posix: required
posix-note: the child is as if fork() had made it, which clears what is pending
spec: XSH posix_spawn()
source: [CPython Modules/posixmodule.c py_posix_spawn(), CPython Modules/_posixsubprocess.c do_fork_exec()]
axes:
  call: [posix-spawn, subprocess]
portable: Pending signals are not handed on to a program that is started, but blocked ones are blocked there.
---"""

import os
import signal
import subprocess
import threading
from signal import SIGUSR1, SIGUSR2

from observe import axis, heir, observe

HEIR = heir(
    {
        "pending-in-child": ("whose-pending", "thread", SIGUSR1, "process", SIGUSR2),
        "blocked-in-child": ("blocked", SIGUSR1, SIGUSR2),
    }
)


def start():
    signal.pthread_kill(threading.get_ident(), SIGUSR1)
    os.kill(os.getpid(), SIGUSR2)
    if axis("call") == "subprocess":
        subprocess.call(HEIR)
    else:
        os.waitpid(os.posix_spawn(HEIR[0], HEIR, os.environ), 0)
    pending = signal.sigpending()
    targets = [name for name, signo in (("thread", SIGUSR1), ("process", SIGUSR2)) if signo in pending]
    observe("pending-in-parent", "both" if len(targets) == 2 else targets[0] if targets else "none")


signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1, SIGUSR2])
worker = threading.Thread(target=start)
worker.start()
worker.join()
