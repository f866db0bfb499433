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
import sys
from signal import SIGCHLD, SIGPIPE, SIGUSR1

from observe import again, axis, observe


def action_of(signo):
    return {signal.SIG_IGN: "ignored", signal.SIG_DFL: "default"}.get(signal.getsignal(signo), "caught")


if sys.argv[1:] == ["report"]:
    observe("caught", action_of(SIGUSR1))
    # Python ignores SIGPIPE itself: a shell that writes to it dies of it or not.
    observe("ignored-chld", action_of(SIGCHLD))
else:
    signal.signal(SIGUSR1, print)
    signal.signal(SIGCHLD, signal.SIG_IGN)
    options = {} if axis("setsigdef") == "none" else {"setsigdef": [SIGPIPE, SIGCHLD]}
    command = again("report")
    child = os.posix_spawn(command[0], command, os.environ, **options)
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        pass
    signal.signal(SIGCHLD, signal.SIG_DFL)
    command = ["/bin/sh", "-c", "kill -PIPE $$; exit 0"]
    status = os.waitpid(os.posix_spawn(command[0], command, os.environ, **options), 0)[1]
    observe("ignored", "ignored" if status == 0 else "default" if os.WTERMSIG(status) == SIGPIPE else "other")
