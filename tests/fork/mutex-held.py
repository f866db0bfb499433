"""---
title: another thread holds a threading.Lock when a worker forks; is it held in the child?
sender: none
posix: unverified
source: [CPython Modules/_threadmodule.c]
portable: >-
  A lock that another thread holds stays locked in the child for ever. Give it a new one in a function registered with
  os.register_at_fork(after_in_child=...), or do not fork while threads run.
---"""

import os
import threading

from observe import observe, observe_status

lock = threading.Lock()


def forker():
    child = os.fork()
    if child == 0:
        observe("lock-in-child", "got" if lock.acquire(blocking=False) else "held")
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])


with lock:
    worker = threading.Thread(target=forker)
    worker.start()
    worker.join()
