"""---
title: a worker forks while an alarm and a CPU timer are armed; does the child have them?
sender: none
posix: required
posix-note: alarms are canceled and interval timers reset in the child
spec: XSH fork()
source: [CPython Modules/posixmodule.c os_fork_impl()]
portable: Arm timers anew in a child that needs them; nothing need be done in one that does not.
---"""

import os
import signal
import threading

from observe import observe, observe_status


def observe_timers(place):
    observe("cpu-timer-in-" + place, "armed" if signal.getitimer(signal.ITIMER_PROF)[0] else "none")
    observe("alarm-in-" + place, "armed" if signal.alarm(0) else "none")


def forker():
    child = os.fork()
    if child == 0:
        observe_timers("child")
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])
    observe_timers("parent")


signal.setitimer(signal.ITIMER_PROF, 3600)
signal.alarm(3600)
worker = threading.Thread(target=forker)
worker.start()
worker.join()
