"""---
title: a process that holds a multiprocessing.Lock is killed; does another get it?
about: the lock is a semaphore, which has no owner
sender: external
posix: unverified
source: [CPython Modules/_multiprocessing/semaphore.c]
hang: expected
portable: >-
  A multiprocessing.Lock stays locked when its holder is killed: let a process end by itself, or use a file lock
  (fcntl.lockf), which the system releases.
---"""

import multiprocessing
import os
import signal

from observe import observe, observe_status

lock = multiprocessing.get_context("fork").Lock()
told, tell = os.pipe()
owner = os.fork()
if owner == 0:
    lock.acquire()
    observe("lock-of-owner", "got")
    os.write(tell, b"x")
    signal.pause()
os.read(told, 1)
os.kill(owner, signal.SIGKILL)
observe_status("owner", os.waitpid(owner, 0)[1])
lock.acquire()
observe("lock-of-next", "got")
