"""---
title: a Python worker calls os.execv while main sleeps; which process id and which pending signals has the new program
about: >-
  The new interpreter starts with what was pending for the calling thread and for the process; what was pending for
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
import sys
import threading

from observe import again, observe_yes


def replace():
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2)
    os.kill(os.getpid(), signal.SIGHUP)
    os.execv(sys.executable, again(os.getpid()))


if len(sys.argv) > 1:
    pending = signal.sigpending()
    observe_yes("same-process-id", os.getpid() == int(sys.argv[1]))
    observe_yes("caller-pending", signal.SIGUSR1 in pending)
    observe_yes("main-pending", signal.SIGUSR2 in pending)
    observe_yes("process-pending", signal.SIGHUP in pending)
    sys.exit()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP})
threading.Thread(target=replace).start()
os.read(os.pipe()[0], 1)
