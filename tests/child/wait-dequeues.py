"""---
title: SIGCHLD is pending and blocked; does os.waitpid for that child, the only one, take it away
sender: kernel
posix: required
posix-note: a pending SIGCHLD is cleared by the wait, unless another child has a status to tell
spec: XSH wait()
source: [Linux kernel/exit.c wait_task_zombie(), FreeBSD sys/kern/kern_exit.c proc_reap()]
differs:
  freebsd-*: FreeBSD discards the child's SIGCHLD as the standard asks; Linux leaves it pending
portable: >-
  Expect a SIGCHLD for a child that was already reaped: waitpid() with WNOHANG tells that there is nothing to do.
---"""

import os
import signal

from observe import observe_yes

# Without a handler FreeBSD would discard SIGCHLD at once.
signal.signal(signal.SIGCHLD, lambda signo, frame: None)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
child = os.fork()
if child == 0:
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
observe_yes("pending-before-wait", signal.SIGCHLD in signal.sigpending())
os.waitpid(child, 0)
observe_yes("pending-after-wait", signal.SIGCHLD in signal.sigpending())
