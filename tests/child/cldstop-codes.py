"""---
title: a child stops, continues and is killed; what do the parent's SIGCHLDs say
sender: kernel
posix: required
posix-note: >-
  SIGCHLD is generated when a child stops and when it ends, and may be when it continues; si_code tells which, si_status
  the signal.
spec: XSH 2.4.3, XBD <signal.h>
source: [Linux kernel/signal.c do_notify_parent_cldstop(), FreeBSD sys/kern/kern_sig.c childproc_jobstate()]
portable: >-
  A SIGCHLD is not always the end of a child, and Python cannot set SA_NOCLDSTOP. Call os.waitpid() to learn what
  happened.
---"""

import os
import signal

from observe import observe, signal_name

CODES = {os.CLD_EXITED: "CLD_EXITED", os.CLD_KILLED: "CLD_KILLED", os.CLD_STOPPED: "CLD_STOPPED", os.CLD_CONTINUED: "CLD_CONTINUED"}


def observe_chld():
    info = signal.sigwaitinfo([signal.SIGCHLD])
    observe("si-code", CODES[info.si_code])
    observe("si-status", signal_name(info.si_status))


# Without a handler FreeBSD would discard SIGCHLD at once.
signal.signal(signal.SIGCHLD, lambda signo, frame: None)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
child = os.fork()
if child == 0:
    signal.raise_signal(signal.SIGSTOP)
    signal.pause()
observe_chld()
os.kill(child, signal.SIGCONT)
observe_chld()
os.kill(child, signal.SIGKILL)
observe_chld()
