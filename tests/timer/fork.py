"""---
title: an interval timer is armed when the process forks; does its blocked SIGALRM arrive in the child, and in the parent
sender: kernel
posix: required
posix-note: A child's interval timers are reset.
spec: XSH fork()
source: [Linux kernel/fork.c copy_signal()]
quiet: 1000
portable: A child that needs a timer sets it itself.
---"""

import os
import signal

from observe import observe

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.1)
child = os.fork()
if child == 0:
    observe("child", "arrived" if signal.sigtimedwait([signal.SIGALRM], 0.5) else "none")
    os._exit(0)
os.waitpid(child, 0)
observe("parent", "arrived" if signal.sigtimedwait([signal.SIGALRM], 5) else "none")
