"""---
title: one signal is pending on main, another on the process; which can a worker accept with signal.sigtimedwait?
sender: self-main
posix: required
spec: XSH 2.4.1, XSH sigtimedwait()
source: [Linux kernel/signal.c dequeue_signal(), FreeBSD sys/kern/kern_sig.c kern_sigtimedwait() sigqueue_get()]
portable: >-
  Send what a thread in signal.sigwait is to accept with os.kill, or with signal.pthread_kill to that thread itself;
  what is pending on another thread it never gets.
---"""

import os
import signal
import threading

from observe import observe, signal_name


def observe_accepted(key, signo):
    accepted = signal.sigtimedwait({signo}, 0)
    observe(key, signal_name(accepted.si_signo) if accepted else "None")


def accept_both(thread):
    observe_accepted(f"{thread}-accepts-main-signal", signal.SIGUSR1)
    observe_accepted(f"{thread}-accepts-process-signal", signal.SIGUSR2)


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR2)
worker = threading.Thread(target=accept_both, args=["worker"])
worker.start()
worker.join()
accept_both("main")
