"""---
title: >-
  a worker forks while main is in signal.sigwait(); who takes the signal in the child, and does main still in the
  parent?
sender: self-worker
posix: required
posix-note: >-
  the child has the forking thread only, with its mask: a blocked signal stays pending there until that thread accepts
  it. In the parent nothing changes
spec: XSH fork()
source: [CPython Modules/signalmodule.c signal_sigwait_impl()]
portable: >-
  A program with a thread that waits for signals has none in a forked child: unblock signals there, or they stay pending
  for ever.
---"""

import os
import signal
import threading

from observe import await_parked, observe, observe_status, observe_yes, signal_name


def forker():
    await_parked(threading.main_thread(), "sigwait")
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGUSR1)
        observe_yes("pending-in-child", signal.SIGUSR1 in signal.sigpending())
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])
    await_parked(threading.main_thread(), "sigwait")
    os.kill(os.getpid(), signal.SIGUSR1)


signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
worker = threading.Thread(target=forker)
worker.start()
observe("main-accepted", signal_name(signal.sigwait([signal.SIGUSR1])))
worker.join()
