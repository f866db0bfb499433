"""---
title: main is in signal.pause() and a worker kill()s the process; does pause() return
about: >-
  Main waits in signal.pause() for the SIGTERM that ends the daemon, and a worker that knows it is time kill()s its
  own process. CPython runs Python handlers in the main thread only: when another thread catches the signal, its C
  handler leaves a note, and nothing wakes main to read it. This is how, in 2011, a threaded Python daemon that ran
  well on Linux hung on FreeBSD.
sender: self-worker
posix: unverified
posix-note: >-
  The standard leaves open which of the threads that have not blocked the signal takes it (delivery/self-worker.c asks
  that in C). That only main runs Python handlers is CPython's own rule.
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal(), CPython Modules/signalmodule.c trip_signal()]
hang: expected
differs:
  freebsd-*: >-
    Linux prefers the main thread, so pause() returns. FreeBSD prefers the sender: the signal is caught in the worker's
    kill(), CPython defers the Python handler to a main thread that nothing wakes, and pause() never returns.
portable: >-
  Block the signals in main with signal.pthread_sigmask() before any thread starts, so that all threads inherit that,
  and take them in one thread with signal.sigwait() (delivery/sigwait-many.py). Or keep the handler, and let main come
  back to the interpreter by itself: with a loop around time.sleep() (python/sleep-loop.py), or with select.select()
  on the pipe that signal.set_wakeup_fd() writes to (python/handler-in-worker.py). A worker that wants main to take
  the signal says so: signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM) (eintr/recv.py). What is
  blocked is inherited by subprocesses too: see python/unkillable.py.
variants: [ports]
---"""

import os
import signal
import threading

from observe import await_parked, observe


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")


def worker():
    await_parked(threading.main_thread(), "pause")
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, handler)
threading.Thread(target=worker).start()
signal.pause()
observe("pause", "returned")
