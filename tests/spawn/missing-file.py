"""---
title: a worker starts a program that does not exist; which exception comes, and is there a child to wait for?
sender: none
posix: unverified
source: [CPython Modules/posixmodule.c py_posix_spawn(), CPython Lib/subprocess.py _execute_child()]
axes:
  call: [posix-spawn, subprocess]
portable: Catch FileNotFoundError (or OSError); no child is left to wait for.
---"""

import os
import subprocess
import threading

from observe import axis, error_name, observe, observe_status


def start():
    try:
        if axis("call") == "subprocess":
            subprocess.Popen(["./no-such-program"])
        else:
            os.posix_spawn("./no-such-program", ["no-such-program"], os.environ)
        observe("raised", "none")
    except OSError as error:
        observe("raised", error_name(error))
    try:
        observe_status("child", os.waitpid(-1, 0)[1])
    except ChildProcessError as error:
        observe("wait", error_name(error))


worker = threading.Thread(target=start)
worker.start()
worker.join()
