"""---
title: signal.pidfd_send_signal is used on a child that has ended, before and after it is waited for
about: >-
  A pid may belong to another process by then; a pidfd may not.
sender: self-main
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux kernel/signal.c kill_pid_info()]
portable: >-
  ProcessLookupError says that the process is gone; no other process can be hit. Where there is no pidfd, signal a child
  only before it is waited for, as Popen.send_signal() does.
---"""

import os
import signal

from observe import error_name, observe


def observe_kill(key):
    try:
        signal.pidfd_send_signal(fd, signal.SIGTERM)
        observe(key, "0")
    except OSError as error:
        observe(key, error_name(error))


child = os.fork()
if child == 0:
    os._exit(0)
fd = os.pidfd_open(child)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
observe_kill("ended")
os.waitpid(child, 0)
observe_kill("reaped")
