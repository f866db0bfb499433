"""---
title: a process with os.register_at_fork() functions starts a program; do they run?
sender: none
posix: unverified
source: [CPython Modules/_posixsubprocess.c subprocess_fork_exec(), CPython Modules/posixmodule.c py_posix_spawn()]
axes:
  call: [posix-spawn, subprocess, subprocess-preexec, system]
portable: >-
  The functions run for os.fork() and for a subprocess with a preexec_fn only. Use them for nothing but what a forked
  Python needs.
---"""

import os
import subprocess

from observe import axis, observe

os.register_at_fork(
    before=lambda: observe("function", "before"),
    # The child's end is waited for after this one: the order between processes is not asked.
    after_in_parent=lambda: observe("function", "parent"),
)

COMMAND = ["/bin/sh", "-c", "exit 0"]
call = axis("call")
if call == "posix-spawn":
    os.waitpid(os.posix_spawn(COMMAND[0], COMMAND, os.environ), 0)
elif call == "system":
    os.system("exit 0")
else:
    subprocess.call(COMMAND, preexec_fn=(lambda: None) if call == "subprocess-preexec" else None)
observe("program", "ended")
