"""---
title: >-
  os.posix_spawn() by a program that ignores a signal and catches another, with or without setsigdef; what do they do
  there?
sender: none
posix: required
posix-note: >-
  caught signals get their default action, ignored ones stay ignored unless SETSIGDEF names them; SIGCHLD may get its
  default in any case
spec: XSH posix_spawn()
source: [CPython Modules/posixmodule.c parse_posix_spawn_flags()]
axes:
  setsigdef: [none, all]
differs:
  freebsd-*: FreeBSD sets an ignored SIGCHLD back to its default at exec; Linux keeps it ignored
portable: >-
  Python ignores SIGPIPE and SIGXFSZ, and os.posix_spawn() hands that on: pass `setsigdef=[SIGPIPE, SIGXFSZ]`, or use
  subprocess, which restores them.
---"""

import os
import signal
from signal import SIGCHLD, SIGPIPE, SIGUSR1

from observe import axis, heir

# Python has SIGPIPE ignored itself.
HEIR = heir(
    {
        "caught": ("action", SIGUSR1),
        "ignored-chld": ("action", SIGCHLD),
        "ignored": ("action", SIGPIPE),
    }
)

signal.signal(SIGUSR1, print)
signal.signal(SIGCHLD, signal.SIG_IGN)
options = {} if axis("setsigdef") == "none" else {"setsigdef": [SIGPIPE, SIGCHLD]}
child = os.posix_spawn(HEIR[0], HEIR, os.environ, **options)
try:
    os.waitpid(child, 0)
except ChildProcessError:
    pass
