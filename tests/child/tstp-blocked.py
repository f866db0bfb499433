"""---
title: SIGTSTP is sent to a process that blocks it, which then unblocks it; when does it stop
about: >-
  The child has a process group of its own and its parent is in the same session: an orphaned group would not stop.
sender: external
posix: required
posix-note: A blocked signal stays pending and has no effect; the default action is taken once it is unblocked.
spec: XSH 2.4.1
source: [Linux kernel/signal.c get_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
portable: A program that must not stop in a critical section can block SIGTSTP there. Nothing blocks SIGSTOP.
---"""

import os
from signal import SIG_BLOCK, SIG_UNBLOCK, SIGCONT, SIGTSTP, pthread_sigmask, sigpending

from observe import observe, observe_status, observe_yes

ready, tell_ready = os.pipe()
go, tell_go = os.pipe()
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    pthread_sigmask(SIG_BLOCK, [SIGTSTP])
    os.write(tell_ready, b"x")
    os.read(go, 1)
    observe_yes("pending", SIGTSTP in sigpending())
    pthread_sigmask(SIG_UNBLOCK, [SIGTSTP])
    observe("child", "continued")
    os._exit(0)
os.read(ready, 1)
os.kill(child, SIGTSTP)
os.write(tell_go, b"x")
observe_status("wait", os.waitpid(child, os.WUNTRACED)[1])
os.kill(child, SIGCONT)
observe_status("wait", os.waitpid(child, 0)[1])
