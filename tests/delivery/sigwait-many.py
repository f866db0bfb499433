"""---
title: main kills its own process three times, three threads are in signal.sigwait; does each signal return one, and which
sender: self-main
posix: required
posix-note: one of the waiting threads returns, and no more; which one is unspecified
spec: XSH sigwait()
source: [CPython Modules/signalmodule.c signal_sigwait_impl(), Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
portable: >-
  Several threads may share one signal.sigwait() set as a pool: each signal returns one of them, but do not count on
  which.
---"""

import os
import signal
import threading

from observe import await_parked, observe, observe_yes


def wait_for_signal():
    signal.sigwait({signal.SIGUSR1})
    observe("returned", threading.current_thread().name)
    returned.append(threading.current_thread())
    os.write(one_returned, b"x")


returned = []
until_returned, one_returned = os.pipe()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
workers = [threading.Thread(target=wait_for_signal, name=name) for name in ("w0", "w1", "w2")]
for worker in workers:
    worker.start()
for _ in workers:
    # Each time, for Linux wakes others along with the one that returns (retarget_shared_pending), to wait again.
    for worker in workers:
        if worker not in returned:
            await_parked(worker, "sigwait")
    os.kill(os.getpid(), signal.SIGUSR1)
    os.read(until_returned, 1)
# Had one signal returned two threads, another would now be left over.
observe_yes("left-pending", signal.SIGUSR1 in signal.sigpending())
