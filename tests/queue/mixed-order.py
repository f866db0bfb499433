"""---
title: SIGHUP, SIGSEGV, SIGUSR1 and two realtime signals are pending, the highest was sent first; in which order does sigwait take them
sender: self-main
posix: unspecified
posix-note: >-
  The lowest of the realtime signals comes first among them. The order among other signals, and between them and
  realtime signals, is unspecified.
spec: XSH 2.4.2, sigwait()
source: [Linux kernel/signal.c next_signal(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait()]
differs:
  freebsd-*: >-
    Linux takes the signals that faults use first (SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS), whoever sent
    them; FreeBSD takes the lowest number
portable: Only realtime signals have an order. Write nothing that depends on the order of any others.
---"""

import os
import signal

from observe import observe, signal_name

signals = [signal.SIGRTMIN + 1, signal.SIGRTMIN, signal.SIGUSR1, signal.SIGSEGV, signal.SIGHUP]
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
for signo in signals:
    os.kill(os.getpid(), signo)
for _ in signals:
    observe("accepted", signal_name(signal.sigwait(signals)))
