"""---
title: a process forks with one thread, then with two; does Python warn
sender: none
posix: unverified
spec: XSH fork
source: [CPython Modules/posixmodule.c warn_about_fork_with_threads()]
differs:
  '{debian-1[12],freebsd-13.2}': >-
    CPython warns since 3.12; on Linux it counts the kernel's threads, elsewhere those of the threading module
portable: >-
  Start processes before threads, or with subprocess, or use the spawn or forkserver method of multiprocessing: the
  child of a fork has one thread, whatever locks the others held.
variants: [ports]
---"""

import os
import threading
import warnings

from observe import observe


def fork(key):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        child = os.fork()
        if child == 0:
            os._exit(0)
    os.waitpid(child, 0)
    observe(key, caught[0].category.__name__ if caught else "none")


fork("one-thread")
idle = threading.Event()
threading.Thread(target=idle.wait).start()
fork("two-threads")
idle.set()
