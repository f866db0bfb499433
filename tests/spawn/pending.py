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
import sys
import threading
from signal import SIGUSR1, SIGUSR2

from observe import again, axis, observe, observe_yes

COMMAND = again("report")


def observe_pending(key):
    pending = signal.sigpending()
    targets = [name for name, signo in (("thread", SIGUSR1), ("process", SIGUSR2)) if signo in pending]
    observe(key, "both" if len(targets) == 2 else targets[0] if targets else "none")


def start():
    signal.pthread_kill(threading.get_ident(), SIGUSR1)
    os.kill(os.getpid(), SIGUSR2)
    if axis("call") == "subprocess":
        subprocess.call(COMMAND)
    else:
        os.waitpid(os.posix_spawn(COMMAND[0], COMMAND, os.environ), 0)
    observe_pending("pending-in-parent")


if sys.argv[1:] == ["report"]:
    observe_pending("pending-in-child")
    observe_yes("blocked-in-child", signal.pthread_sigmask(signal.SIG_BLOCK, []) >= {SIGUSR1, SIGUSR2})
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGUSR1, SIGUSR2])
    worker = threading.Thread(target=start)
    worker.start()
    worker.join()
