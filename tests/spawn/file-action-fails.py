"""---
title: os.posix_spawn() with a file action that cannot be done; is there an exception, or does the child say so?
sender: none
posix: unspecified
posix-note: either the call returns the error, and there is no child, or the child exits with status 127
spec: XSH posix_spawn()
source: [CPython Modules/posixmodule.c py_posix_spawn()]
axes:
  action: [open, dup2, close]
portable: >-
  Catch OSError and take exit status 127 for a failure too. The exception's file name is the program's, even if another
  file is missing.
---"""

import os

from observe import axis, error_name, observe, observe_status

ACTION = {
    "open": (os.POSIX_SPAWN_OPEN, 0, "no-such-file", os.O_RDONLY, 0),
    "dup2": (os.POSIX_SPAWN_DUP2, 100, 0),
    "close": (os.POSIX_SPAWN_CLOSE, 100),
}

try:
    os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], os.environ, file_actions=[ACTION[axis("action")]])
    observe("raised", "none")
except OSError as error:
    observe("raised", error_name(error))
    observe("file-named", "program" if error.filename == "/bin/sh" else "other")
try:
    observe_status("child", os.waitpid(-1, 0)[1])
except ChildProcessError as error:
    observe("wait", error_name(error))
