"""---
title: a worker forks holding a file's lock, made by fcntl.lockf() and by fcntl.flock(); who has it then?
sender: none
posix: required
posix-note: a child inherits no file locks; flock() is not in the standard
spec: XSH fork()
source: [CPython Modules/fcntlmodule.c fcntl_lockf_impl()]
portable: >-
  A lock by fcntl.lockf() belongs to the process: a child does not have it. One by fcntl.flock() belongs to the open
  file: parent and child both have it, and either may release it for both.
---"""

import fcntl
import os
import threading
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN

from observe import error_name, observe, observe_status


def attempt(lock, file):
    try:
        lock(file, LOCK_EX | LOCK_NB)
        return "got"
    except OSError as error:
        return error_name(error)


def in_child(body):
    child = os.fork()
    if child == 0:
        body()
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])


def take_and_close():
    observe("fcntl-in-child", attempt(fcntl.lockf, by_fcntl))
    by_fcntl.close()
    observe("flock-in-child", attempt(fcntl.flock, by_flock))
    fcntl.flock(by_flock, LOCK_UN)


def try_again():
    observe("fcntl-after-child", attempt(fcntl.lockf, by_fcntl))
    with open("by-flock", "w") as again:
        observe("flock-after-child", attempt(fcntl.flock, again))


def lock_and_fork():
    observe("fcntl-in-parent", attempt(fcntl.lockf, by_fcntl))
    fcntl.flock(by_flock, LOCK_EX)
    in_child(take_and_close)
    in_child(try_again)


by_fcntl = open("by-fcntl", "w")
by_flock = open("by-flock", "w")
worker = threading.Thread(target=lock_and_fork)
worker.start()
worker.join()
