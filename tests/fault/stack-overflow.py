"""---
title: Python code recurses without end, in main or a worker; is it an exception or a signal
sender: none
posix: unverified
source: [CPython Python/ceval.c _Py_CheckRecursiveCall()]
axes: {thread: [main, worker]}
portable: >-
  Catch RecursionError. Do not raise the limit with sys.setrecursionlimit() without a larger threading.stack_size().
---"""

import threading

from observe import axis_is, observe


def recurse():
    return recurse() + 1


def overflow():
    try:
        recurse()
    except RecursionError:
        observe("recursion", "RecursionError")


if axis_is("thread", "main"):
    overflow()
else:
    worker = threading.Thread(target=overflow)
    worker.start()
    worker.join()
