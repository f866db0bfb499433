"""---
title: os.pidfd_open is given the native_id of a worker thread; what does it say
sender: none
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux kernel/fork.c pidfd_prepare()]
differs:
  debian-sid: Linux 6.12 says EINVAL, 6.18 says ENOENT
portable: Open a pidfd of os.getpid(), and send thread-directed signals with signal.pthread_kill().
---"""

import os
import threading

from observe import error_name, observe


def observe_open(key, tid):
    try:
        os.pidfd_open(tid)
        observe(key, "opened")
    except OSError as error:
        observe(key, error_name(error))


never, _ = os.pipe()
worker = threading.Thread(target=os.read, args=[never, 1], daemon=True)
worker.start()
observe_open("main", threading.get_native_id())
observe_open("worker", worker.native_id)
