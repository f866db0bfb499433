"""---
title: a process forks with a select.kqueue object; does it work in the child?
about: epoll.py is the twin on Linux
sender: none
posix: unverified
source: [CPython Modules/selectmodule.c select_kqueue_control_impl(), FreeBSD sys/kern/kern_descrip.c fdcopy()]
systems: [freebsd]
portable: Make the epoll, kqueue or selector object, or the event loop, after the fork, in the process that waits on it.
---"""

import os
import select

from observe import error_name, observe, observe_status

ready, write = os.pipe()
kqueue = select.kqueue()
kqueue.control([select.kevent(ready)], 0)
os.write(write, b"x")
child = os.fork()
if child == 0:
    try:
        observe("wait-in-child", "ready" if kqueue.control(None, 1, 0) else "nothing")
    except (OSError, ValueError) as error:
        observe("wait-in-child", error_name(error) if isinstance(error, OSError) else "closed")
    os._exit(0)
observe_status("child", os.waitpid(child, 0)[1])
