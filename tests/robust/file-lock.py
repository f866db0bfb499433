"""---
title: a process that holds a file's lock by fcntl.lockf() is killed while another waits for it; does that one get it?
sender: external
posix: required
posix-note: all of a process's locks on a file are removed when it closes the file or ends
spec: XSH fcntl()
source: [CPython Modules/fcntlmodule.c fcntl_lockf_impl()]
hang: expected
portable: >-
  Where a process that may be killed holds the lock, use fcntl.lockf() and not multiprocessing.Lock, which stays locked
  then.
---"""

import fcntl
import os
import signal
import threading

from observe import await_parked, observe, observe_status


def wait():
    fcntl.lockf(file, fcntl.LOCK_EX)
    observe("lock-of-waiter", "got")


file = open("locked", "w")
told, tell = os.pipe()
owner = os.fork()
if owner == 0:
    fcntl.lockf(file, fcntl.LOCK_EX)
    observe("lock-of-owner", "got")
    os.write(tell, b"x")
    signal.pause()
os.read(told, 1)
waiter = threading.Thread(target=wait)
waiter.start()
await_parked(waiter, "file-lock")
os.kill(owner, signal.SIGKILL)
observe_status("owner", os.waitpid(owner, 0)[1])
waiter.join()
