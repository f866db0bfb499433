"""---
title: a program is spawned by a worker that has every signal open, and sent SIGTERM; does it die
sender: external
posix: required
posix-note: without setsigmask the child keeps the caller's mask, and what is open and has its default action ends it
spec: XSH posix_spawn()
source: [CPython Modules/posixmodule.c py_posix_spawn()]
portable: >-
  Where the spawning thread may have blocked signals, pass setsigmask=[]: a child that has SIGTERM blocked dies of
  SIGKILL only.
hang: expected
---"""

import os
import signal
import threading

from observe import observe_status


def spawn_and_kill():
    child = os.posix_spawnp("cat", ["cat"], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, silent, 0)])
    os.kill(child, signal.SIGTERM)
    observe_status("child", os.waitpid(child, 0)[1])


silent, _ = os.pipe()
worker = threading.Thread(target=spawn_and_kill)
worker.start()
worker.join()
