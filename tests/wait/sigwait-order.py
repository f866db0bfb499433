"""---
title: five blocked signals are pending on the process; in which order does signal.sigwait accept them?
sender: self-main
posix: unspecified # but the realtime ones among themselves: the lowest first
spec: XSH sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c issignal() sig_ffs()]
differs:
  freebsd-*: >-
    both take the lowest number first, but Linux before all others those that a fault raises, SIGSEGV here; and SIGUSR1
    is 10 on Linux, below SIGTERM (15), and 30 on FreeBSD, above it
portable: >-
  Do not build on the order of standard signals, whose numbers differ too. Use realtime signals where order counts.
---"""

import os
import signal

from observe import observe, signal_name

signals = [signal.SIGRTMIN, signal.SIGUSR1, signal.SIGTERM, signal.SIGSEGV, signal.SIGHUP]
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
for signo in signals:
    os.kill(os.getpid(), signo)
for _ in signals:
    observe("accepted", signal_name(signal.sigwait(signals)))
