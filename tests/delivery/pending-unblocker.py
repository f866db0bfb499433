"""---
title: a signal is pending on the process, every thread blocks it, then a worker calls signal.pthread_sigmask; does the Python handler run
about: >-
  The C-level handler runs in the worker that unblocks the signal, inside pthread_sigmask. The Python handler waits for
  the main thread, which sleeps on.
sender: self-main
posix: required
posix-note: >-
  The signal is delivered to the thread that unblocks it, before pthread_sigmask() returns. When the Python handler runs
  is CPython's matter.
spec: XSH 2.4.1, pthread_sigmask()
source: [CPython Modules/signalmodule.c trip_signal(), Linux kernel/signal.c recalc_sigpending(), FreeBSD sys/kern/kern_sig.c kern_sigprocmask()]
hang: expected
portable: >-
  Unblock signals in Python's main thread only, or have it wait in select() for the file descriptor that is given to
  signal.set_wakeup_fd().
---"""

import os
import select
import signal
import threading

from observe import await_parked, observe, observe_yes


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(handled, b"x")


def unblock():
    await_parked(threading.main_thread(), "read")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    observe_yes("c-handler-in-unblock", bool(select.select([tripped], [], [], 0)[0]))


threading.main_thread().name = "main"
until_handled, handled = os.pipe()
# Written to by the C-level handler, and read by nobody.
tripped, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, on_signal)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
threading.Thread(target=unblock, name="w0").start()
os.read(until_handled, 1)
