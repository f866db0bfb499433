"""---
title: a process forks with a select.epoll object; does it work in the child?
about: kqueue.py is the twin on FreeBSD
sender: none
posix: unverified
source: [CPython Modules/selectmodule.c select_epoll_poll_impl()]
systems: [linux]
portable: Make the epoll, kqueue or selector object, or the event loop, after the fork, in the process that waits on it.
---"""

import os
import select

from observe import observe, observe_status

ready, write = os.pipe()
epoll = select.epoll()
epoll.register(ready, select.EPOLLIN)
os.write(write, b"x")
child = os.fork()
if child == 0:
    observe("wait-in-child", "ready" if epoll.poll(0) else "nothing")
    os._exit(0)
observe_status("child", os.waitpid(child, 0)[1])
