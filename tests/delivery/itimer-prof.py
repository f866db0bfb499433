"""---
title: a Python worker computes until the process's signal.ITIMER_PROF fires, main sleeps in read; does the Python handler run
about: >-
  A sampling profiler of a threaded program: the CPU time is a worker's, and so is the signal, but the Python handler is
  the main thread's.
sender: kernel
posix: unspecified
posix-note: A timer's signal goes to any one thread that has it open. When the Python handler runs is CPython's matter.
spec: XSH 2.4.1
source: [CPython Modules/signalmodule.c trip_signal(), Linux kernel/time/posix-cpu-timers.c check_cpu_itimer(), FreeBSD sys/kern/subr_trap.c ast()]
hang: expected
portable: >-
  A Python handler for ITIMER_PROF sees the main thread only, and only when that runs. To watch workers, sample with
  sys._current_frames() from a thread of its own.
---"""

import os
import select
import signal
import threading

from observe import await_parked, observe


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(handled, b"x")


def compute():
    await_parked(threading.main_thread(), "read")
    signal.setitimer(signal.ITIMER_PROF, 0.01)
    while not select.select([tripped], [], [], 0)[0]:
        pass
    observe("c-handler", "has run")


threading.main_thread().name = "main"
until_handled, handled = os.pipe()
# Written to by the C-level handler, and read by nobody.
tripped, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGPROF, on_signal)
threading.Thread(target=compute, name="w0").start()
os.read(until_handled, 1)
