"""---
title: a periodic ITIMER_REAL expires many times while SIGALRM is blocked, then it is unblocked; how often do the C and the Python handler run
sender: kernel
posix: implementation-defined
posix-note: >-
  Whether a signal that is generated again while it is pending is delivered more than once is left to the
  implementation.
spec: XSH 2.4.1
source:
  - CPython Modules/signalmodule.c trip_signal()
  - Linux kernel/time/itimer.c it_real_fn()
  - FreeBSD sys/kern/kern_time.c realitexpire()
differs:
  freebsd-*: >-
    Linux keeps one pending instance of a standard signal; FreeBSD queues one for each expiry, of which CPython makes
    one run of the Python handler
quiet: 1000
portable: Do not count time by the runs of a handler. Read the clock.
---"""

import os
import signal
import time

from observe import observe


def count(runs):
    return "none" if runs == 0 else "one" if runs == 1 else "several"


runs = []
each_run, wakeup = os.pipe()  # CPython's C handler writes a byte here whenever it runs
os.set_blocking(each_run, False)
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGALRM, lambda signo, frame: runs.append(signo))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
time.sleep(0.3)
signal.setitimer(signal.ITIMER_REAL, 0)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
observe("c-handler-runs", count(len(os.read(each_run, 1000))))
observe("handler-runs", count(len(runs)))
