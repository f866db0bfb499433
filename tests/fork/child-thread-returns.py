"""---
title: a worker forks, and in the child its function returns; how does the child end, and do atexit functions run?
sender: none
posix: unverified
source: [CPython Modules/_threadmodule.c thread_run()]
portable: >-
  End a forked child by os._exit(). One whose thread returns ends with status 0, without Python's end: no atexit
  function runs, and what is buffered is lost.
---"""

import atexit
import os
import threading

from observe import observe, observe_status


def forker():
    child = os.fork()
    if child != 0:
        observe_status("child", os.waitpid(child, 0)[1])


atexit.register(observe, "atexit", "runs")
worker = threading.Thread(target=forker)
worker.start()
worker.join()
os._exit(0)
