"""---
title: a lower signal is pending on the process, a higher one on the thread; which does signal.sigwait take first
sender: self-main
posix: unspecified
posix-note: Of several standard signals that are pending, any may be taken first.
spec: XSH sigwait()
source: [CPython Modules/signalmodule.c signal_sigwait_impl(), Linux kernel/signal.c dequeue_signal(), FreeBSD sys/kern/kern_sig.c issignal()]
differs:
  freebsd-*: Linux empties the thread's own queue first; FreeBSD takes the lowest number of both
portable: Do not count on the order; take all that is pending before acting on it.
---"""

import os
import signal
import threading

from observe import observe, signal_name

signals = {signal.SIGUSR1, signal.SIGUSR2}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
for _ in signals:
    observe("accepted", signal_name(signal.sigwait(signals)))
