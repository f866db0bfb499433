"""---
title: a child joins a thread that only its parent has; does join() return?
sender: none
posix: unverified
source: [CPython Lib/threading.py _after_fork()]
portable: >-
  threading marks the threads that a child does not have as ended, so join() returns at once there; nothing that such a
  thread was to do has been done.
---"""

import os
import threading

from observe import observe, observe_status, observe_yes

parked = threading.Event()
other = threading.Thread(target=parked.wait)
other.start()
child = os.fork()
if child == 0:
    observe("child", "joins")
    other.join()
    observe("join", "returned")
    observe_yes("alive", other.is_alive())
    os._exit(0)
observe_status("end-of-child", os.waitpid(child, 0)[1])
parked.set()
other.join()
