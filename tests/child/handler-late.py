"""---
title: a child ends before the Python handler for SIGCHLD is installed; does the handler still run
sender: kernel
posix: unspecified
posix-note: >-
  Whether a SIGCHLD is generated for a child that has ended already is unspecified when its handler is installed, and so
  is whether a blocked signal whose action is to ignore it stays pending.
spec: XSH 2.4.1, 2.4.3
source: [Linux kernel/signal.c sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: >-
    Linux keeps a SIGCHLD that comes while it is blocked, whatever its action; FreeBSD discards it while its action is
    to ignore it
axes: {chld: [open, blocked]}
portable: Install the handler before the first os.fork(), or look for ended children with WNOHANG once it is installed.
---"""

import os
import signal

from observe import axis_is, observe

runs = []
if axis_is("chld", "blocked"):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
child = os.fork()
if child == 0:
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
signal.signal(signal.SIGCHLD, lambda signo, frame: runs.append(signo))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
observe("handler-runs", len(runs))
