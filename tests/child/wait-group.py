"""---
title: a process has ended children in its own group and in another; which do os.waitpid(0) and os.waitpid(-group) find
sender: none
posix: required
posix-note: >-
  Zero stands for the children in the caller's process group, a negative number for those in that group, ended or not.
spec: XSH wait()
source: [Linux kernel/exit.c eligible_pid(), FreeBSD sys/kern/kern_exit.c proc_to_reap()]
portable: >-
  os.waitpid(-group, ...) works for a job of several processes, also when the group's leader has been waited for.
---"""

import os

from observe import error_name, observe, status_name


def end(group, code):
    child = os.fork()
    if child == 0:
        os.setpgid(0, group)
        os._exit(code)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    return child


def observe_wait(key, which):
    try:
        observe(key, status_name(os.waitpid(which, 0)[1]))
    except OSError as error:
        observe(key, error_name(error))


end(os.getpgrp(), 1)
leader = end(0, 2)
end(leader, 3)
observe_wait("leader", leader)
observe_wait("group", -leader)
observe_wait("group", -leader)
observe_wait("own-group", 0)
observe_wait("own-group", 0)
