"""---
title: main is in signal.pause() and a worker's forked child exits; does pause() return
about: >-
  The bug of 2011 with the roles exchanged. Main waits in signal.pause() for SIGCHLD, as a daemon does that looks
  after children, and a worker forks one. On Linux the worker takes the signal, and main sleeps on.
sender: kernel
posix: unverified
posix-note: >-
  As for any signal to a process: each thread that has not blocked it may take it (delivery/chld-forker.c asks that in
  C).
spec: XSH 2.4.1
source: [Linux kernel/signal.c do_notify_parent() and complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
hang: expected
differs:
  freebsd-*: >-
    Linux offers SIGCHLD first to the thread that forked: CPython's C handler runs in the worker, nothing wakes main,
    and pause() never returns. FreeBSD offers it to the first thread that has it open, which is main.
portable: >-
  Let the thread that started a child wait for it, and hand the news on. If main is to learn of it from SIGCHLD, it
  must come back to the interpreter whichever thread catches it: with a loop around time.sleep()
  (python/sleep-loop.py), or with select.select() on the pipe of signal.set_wakeup_fd(); python/handler-in-worker.py
  shows both for a signal caught in a worker.
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
    process, tid = os.getpid(), threading.get_native_id()
    await_parked(threading.main_thread(), "pause")
    if os.fork() == 0:
        # Not sooner: a C library may block signals inside fork().
        await_parked(tid, "read", process)
        os._exit(0)
    # Not in waitpid(), which on FreeBSD takes the SIGCHLD away with the child.
    os.read(idle, 1)


signal.signal(signal.SIGCHLD, handler)
idle, finish = os.pipe()
threading.Thread(target=worker).start()
signal.pause()
observe("pause", "returned")
os.write(finish, b"x")
