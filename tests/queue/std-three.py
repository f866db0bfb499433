"""---
title: SIGUSR1 is sent three times while blocked, then unblocked; how often do the C handler and the Python handler run
sender: self-main
posix: implementation-defined
posix-note: whether several instances of a standard signal are queued is implementation-defined
spec: XSH 2.4.1
source: [CPython Modules/signalmodule.c trip_signal(), Linux kernel/signal.c legacy_queue(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
bugs: [FreeBSD PR 212173]
differs:
  freebsd-*: >-
    Linux keeps one pending instance of a standard signal; FreeBSD queues every one, of which CPython makes one run of
    the Python handler
portable: >-
  Take a standard signal as a flag, not a count: look at everything that it may stand for each time it comes.
---"""

import os
import signal

from observe import observe


def on_signal(signo, frame):
    runs.append(signo)


runs = []
each_run, wakeup = os.pipe()  # CPython's C handler writes a byte here whenever it runs
os.set_blocking(each_run, False)
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, on_signal)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
for _ in range(3):
    os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
observe("c-handler-runs", len(os.read(each_run, 100)))
observe("handler-runs", len(runs))
