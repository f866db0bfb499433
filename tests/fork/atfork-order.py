"""---
title: two sets of os.register_at_fork() functions; in which order, and in which thread, do they run?
sender: none
posix: unverified
source: [CPython Modules/posixmodule.c PyOS_BeforeFork()]
portable: >-
  Those of `before` run last registered first, the others in the order in which they were registered, all in the thread
  that forks. In the child that thread is the main one already.
---"""

import os
import threading

from observe import observe


def note(key, value):
    def run():
        if key == "child" and value == "first":
            os.read(forked, 1)
        observe(key, value)
        if value == "first":
            thread = threading.current_thread()
            observe(key + "-thread", thread.name)
            observe(key + "-is-main", "yes" if thread is threading.main_thread() else "no")

    return run


def forker():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.write(tell, b"x")
    os.waitpid(child, 0)


# The parent's functions first: each process's order is asked, not the one between them.
forked, tell = os.pipe()
for which in ("first", "second"):
    os.register_at_fork(before=note("before", which), after_in_parent=note("parent", which), after_in_child=note("child", which))
worker = threading.Thread(target=forker, name="worker")
worker.start()
worker.join()
