"""---
title: a kqueue watches a child by its pid, that ends before or after; is NOTE_EXIT told, and with which status
sender: none
posix: unverified # no standard has kqueue
systems: [freebsd]
source: [FreeBSD sys/kern/kern_event.c filt_procattach()]
axes: {ends: [before, after]}
portable: >-
  Where there is no kqueue, poll a pidfd of os.pidfd_open(). Either tells of the end of one process without SIGCHLD.
---"""

import os
import select

from observe import axis_is, error_name, observe, observe_status, observe_yes

before = axis_is("ends", "before")
go, tell_go = os.pipe()
child = os.fork()
if child == 0:
    os.read(go, 1)
    os._exit(3)
queue = select.kqueue()
if before:
    os.write(tell_go, b"x")
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
event = select.kevent(child, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
try:
    queue.control([event], 0)
    observe("attach", "0")
    if not before:
        os.write(tell_go, b"x")
    (told,) = queue.control([], 1)
    observe_yes("note-exit", told.fflags & select.KQ_NOTE_EXIT)
    observe_status("status", told.data)
except OSError as error:
    observe("attach", error_name(error))
