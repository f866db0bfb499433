"""---
title: SIGUSR1 is pending on the process and on its only thread, then it is unblocked; how often do the C and the Python handler run
sender: self-main
posix: implementation-defined
posix-note: >-
  Whether a signal that is sent again while it is pending is delivered more than once is left to the implementation.
spec: XSH 2.4.1
source:
  - CPython Modules/signalmodule.c trip_signal()
  - Linux kernel/signal.c dequeue_signal()
  - FreeBSD sys/kern/kern_sig.c postsig()
portable: A Python handler may run once for several signals. Let it set a flag, and count what the flag stands for.
---"""

import os
import signal
import threading

from observe import observe

runs = []
each_run, wakeup = os.pipe()  # CPython's C handler writes a byte here whenever it runs
os.set_blocking(each_run, False)
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, lambda signo, frame: runs.append(signo))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
observe("c-handler-runs", len(os.read(each_run, 100)))
observe("handler-runs", len(runs))
