"""---
title: a pidfd of a child is polled while it runs, when it has ended, and when it has been waited for
sender: external
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux fs/pidfs.c pidfd_poll()]
differs:
  debian-1[12]: Linux says POLLHUP too of a process that has been waited for, since 6.9
portable: >-
  os.pidfd_open() is there on Linux only. Elsewhere wait in a thread, or use select.kqueue() with KQ_FILTER_PROC.
---"""

import os
import select
import signal

from observe import observe


def polled(timeout):
    events = poller.poll(timeout)
    names = [name for name in ("POLLIN", "POLLHUP") if events and events[0][1] & getattr(select, name)]
    return " and ".join(names) or "nothing"


child = os.fork()
if child == 0:
    signal.pause()
fd = os.pidfd_open(child)
poller = select.poll()
poller.register(fd, select.POLLIN)
observe("running", polled(0))
signal.pidfd_send_signal(fd, signal.SIGKILL)
observe("ended", polled(None))
os.waitpid(child, 0)
observe("reaped", polled(0))
