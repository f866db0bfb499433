"""---
title: main is in signal.pause() and a worker's forked child exits; does pause() return
sender: kernel
posix: unverified
spec: XSH 2.4.1
source: [Linux kernel/signal.c do_notify_parent() and complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]
hang: expected
differs:
  freebsd-*: >-
    Linux offers SIGCHLD first to the thread that forked: CPython's C handler runs in the worker, nothing wakes main,
    and pause() never returns. FreeBSD offers it to the first thread that has it open, which is main.
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
