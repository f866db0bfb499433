"""---
title: a worker that blocks a signal forks; is there another thread in the child to take the signal?
sender: self-worker
posix: required
posix-note: the child has one thread, a replica of the one that called fork()
spec: XSH fork
source: [CPython Modules/posixmodule.c os_fork_impl()]
portable: Start what needs threads in the child anew, or exec; and unblock there what the forking thread had blocked.
---"""

import os
import signal
import threading

from observe import observe, observe_status, observe_yes


def handler(signo, frame):
    thread = threading.current_thread()
    observe("handler-thread", "main" if thread is threading.main_thread() else thread.name)


def forker():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGUSR1)
        observe_yes("pending-in-child", signal.SIGUSR1 in signal.sigpending())
        # Python makes the forking thread the main one of the child, the one that runs handlers.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])


signal.signal(signal.SIGUSR1, handler)
worker = threading.Thread(target=forker, name="worker")
worker.start()
worker.join()
