"""---
title: SIGTSTP or SIGSTOP is raised in a process whose group is orphaned; does it stop
about: >-
  So it is in a daemon, and in whatever a program starts without a terminal: nobody is there who would continue it.
sender: self-main
posix: required
posix-note: >-
  SIGTSTP, SIGTTIN and SIGTTOU are discarded where they would stop a member of an orphaned group. SIGSTOP is not among
  them.
spec: XSH 2.4.3
source: [Linux kernel/signal.c get_signal(), FreeBSD sys/kern/kern_proc.c enterpgrp() orphanpg()]
axes: {signal: [tstp, stop]}
differs:
  freebsd-*: >-
    FreeBSD marks a group as orphaned when a process of it, or a parent, ends or changes group; one that setsid() has
    just made, as here, is not marked yet, so SIGTSTP stops the process. Linux looks at the group when the signal comes
portable: To stop a process for certain, send SIGSTOP. SIGTSTP only asks, and in a daemon nobody listens.
---"""

import os
import signal

from observe import axis_is, observe_status

child = os.fork()
if child == 0:
    signal.raise_signal(signal.SIGTSTP if axis_is("signal", "tstp") else signal.SIGSTOP)
    os._exit(0)
status = os.waitpid(child, os.WUNTRACED)[1]
observe_status("wait", status)
if os.WIFSTOPPED(status):
    os.kill(child, signal.SIGKILL)
