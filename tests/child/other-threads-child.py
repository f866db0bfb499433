"""---
title: one thread forks, another waits for the child; does it get the status, also when the forking thread has ended
sender: none
posix: required
posix-note: Children belong to the process. Any of its threads can wait for them.
spec: XSH wait()
source: [Linux kernel/exit.c do_wait_thread(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
axes: {forker: [main, ended-worker]}
portable: Any thread may wait for a child of any other.
---"""

import os
import threading

from observe import axis_is, observe_status


def fork_child():
    if os.fork() == 0:
        os._exit(3)


def wait_for_child():
    observe_status("wait", os.waitpid(-1, 0)[1])


def in_worker(body):
    worker = threading.Thread(target=body)
    worker.start()
    worker.join()


if axis_is("forker", "main"):
    fork_child()
    in_worker(wait_for_child)
else:
    in_worker(fork_child)
    wait_for_child()
