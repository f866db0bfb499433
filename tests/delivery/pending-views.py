"""---
title: one signal is pending on the process, another on main; what do main's and a worker's signal.sigpending show
sender: self-main
posix: required
posix-note: sigpending() shows what is pending on the process and on the calling thread
spec: XSH sigpending()
source: [Linux kernel/signal.c do_sigpending(), FreeBSD sys/kern/kern_sig.c sys_sigpending()]
portable: >-
  Call signal.sigpending() in the thread that was signalled: what is pending on another thread cannot be seen.
---"""

import os
import signal
import threading

from observe import observe_yes


def look():
    pending = signal.sigpending()
    observe_yes("worker-sees-process-signal", signal.SIGUSR1 in pending)
    observe_yes("worker-sees-main-signal", signal.SIGUSR2 in pending)


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
pending = signal.sigpending()
observe_yes("main-sees-process-signal", signal.SIGUSR1 in pending)
observe_yes("main-sees-main-signal", signal.SIGUSR2 in pending)
worker = threading.Thread(target=look)
worker.start()
worker.join()
