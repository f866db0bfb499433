"""---
title: a worker forks holding a threading.RLock; may the child release it?
sender: none
posix: unverified
source: [CPython Modules/_threadmodule.c rlock_release()]
portable: >-
  The child's thread has the same identifier as the one that forked, so it owns the RLocks which that one held, and may
  release them.
---"""

import os
import threading

from observe import observe, observe_status

lock = threading.RLock()


def forker():
    with lock:
        child = os.fork()
        if child == 0:
            try:
                lock.release()
                observe("release-in-child", "released")
            except RuntimeError:
                observe("release-in-child", "not owned")
            os._exit(0)
        observe_status("child", os.waitpid(child, 0)[1])


worker = threading.Thread(target=forker)
worker.start()
worker.join()
