"""---
title: a Python worker calls os.execv while main sleeps; which process id and which pending signals has the new program
about: >-
  The new program starts with what was pending for the calling thread and for the process; what was pending for
  main is gone.
sender: self-worker
posix: required
posix-note: >-
  All threads are terminated and one is left. It inherits the pending signals of the thread that called exec, and the
  process those of the process; what was pending for another thread is nowhere said to live on.
spec: XSH exec
source: [Linux fs/exec.c de_thread(), FreeBSD sys/kern/kern_exec.c post_execve()]
portable: >-
  os.exec*() may be called from any thread, and runs no atexit function. Signals that are pending then stay so in the
  new program, and so does the calling thread's mask.
---"""

import os
import signal
import threading

from observe import heir


def replace():
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2)
    os.kill(os.getpid(), signal.SIGHUP)
    command = heir(
        {
            "same-process-id": ("process", os.getpid()),
            "caller-pending": ("pending", signal.SIGUSR1),
            "main-pending": ("pending", signal.SIGUSR2),
            "process-pending": ("pending", signal.SIGHUP),
        }
    )
    os.execv(command[0], command)


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP})
threading.Thread(target=replace).start()
os.read(os.pipe()[0], 1)
