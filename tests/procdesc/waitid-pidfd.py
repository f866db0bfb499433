"""---
title: os.waitid is given a pidfd, while the child runs, when it has ended, and when it has been waited for
sender: none
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux kernel/exit.c kernel_waitid_prepare()]
portable: os.P_PIDFD is Linux's. Wait by pid for what is to work everywhere.
---"""

import os
import signal

from observe import error_name, observe


P_PIDFD = 3  # os.P_PIDFD, which is not there where Python was built with old headers


def observe_waitid(key, options):
    try:
        info = os.waitid(P_PIDFD, fd, os.WEXITED | options)
        observe(key, "nothing" if info is None else "killed" if info.si_code == os.CLD_KILLED else "other")
    except OSError as error:
        observe(key, error_name(error))


child = os.fork()
if child == 0:
    signal.pause()
fd = os.pidfd_open(child)
observe_waitid("running", os.WNOHANG)
signal.pidfd_send_signal(fd, signal.SIGKILL)
observe_waitid("ended", 0)
observe_waitid("reaped", 0)
