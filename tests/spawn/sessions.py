"""---
title: a worker starts a program in a group or session of its own, with subprocess and os.posix_spawn(); is it there?
sender: none
posix: unverified
source: [CPython Lib/subprocess.py _execute_child(), CPython Modules/posixmodule.c parse_posix_spawn_flags()]
axes:
  by: [subprocess-session, subprocess-group, spawn-session, spawn-group]
differs:
  freebsd-*: FreeBSD's spawn.h has no POSIX_SPAWN_SETSID
  debian-11: subprocess has process_group since Python 3.11
portable: >-
  subprocess's `start_new_session=True` works everywhere and needs no preexec_fn; `process_group=0` is there since
  Python 3.11, and os.posix_spawn()'s `setsid` only where the system has POSIX_SPAWN_SETSID.
---"""

import os
import subprocess
import threading

from observe import axis, heir, observe, observe_status

HEIR = heir({"session": ["session"], "group": ["group"]})
OPTION = {
    "subprocess-session": {"start_new_session": True},
    "subprocess-group": {"process_group": 0},
    "spawn-session": {"setsid": True},
    "spawn-group": {"setpgroup": 0},
}


def start():
    by = axis("by")
    try:
        if by.startswith("subprocess"):
            process = subprocess.Popen(HEIR, **OPTION[by])
            observe("child", f"exit {process.wait()}")
        else:
            child = os.posix_spawn(HEIR[0], HEIR, os.environ, **OPTION[by])
            observe_status("child", os.waitpid(child, 0)[1])
    except (TypeError, NotImplementedError):
        observe("option", "not there")


worker = threading.Thread(target=start)
worker.start()
worker.join()
