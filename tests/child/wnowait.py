"""---
title: os.waitid looks twice at each change of a child's state with WNOWAIT, then takes it, then asks again; what does each call say
sender: kernel
posix: required
posix-note: >-
  WNOWAIT leaves the status to be waited for again. A call without it consumes the status, and nobody obtains it twice.
spec: XSH waitid(), 2.13
source: [Linux kernel/exit.c wait_task_stopped(), FreeBSD sys/kern/kern_exit.c report_alive_proc()]
portable: >-
  WNOWAIT is how to see that a child has changed its state, without taking the status from the code that waits for it.
---"""

import os
import signal

from observe import error_name, observe


def look(key, change):
    for option in os.WNOWAIT, os.WNOWAIT, 0, os.WNOHANG:
        try:
            info = os.waitid(os.P_PID, child, change | option)
            observe(key, "told" if info else "nothing")
        except OSError as error:
            observe(key, error_name(error))


child = os.fork()
if child == 0:
    signal.raise_signal(signal.SIGSTOP)
    while True:
        signal.pause()
look("stopped", os.WSTOPPED)
os.kill(child, signal.SIGCONT)
look("continued", os.WCONTINUED)
os.kill(child, signal.SIGKILL)
look("killed", os.WEXITED)
