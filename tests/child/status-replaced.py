"""---
title: a child has stopped and continued before its parent asks; which of the two does os.waitpid report
sender: kernel
posix: required
posix-note: New status information replaces what has not been waited for yet.
spec: XSH 2.13
source: [Linux kernel/exit.c wait_task_continued(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
portable: A parent sees the newest change of a child only. Do not count stops and continues.
---"""

import os
import signal

from observe import observe, status_name

child = os.fork()
if child == 0:
    signal.raise_signal(signal.SIGSTOP)
    while True:
        signal.pause()
os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOWAIT)
os.kill(child, signal.SIGCONT)
os.waitid(os.P_PID, child, os.WCONTINUED | os.WNOWAIT)
for _ in range(2):
    found, status = os.waitpid(child, os.WUNTRACED | os.WCONTINUED | os.WNOHANG)
    observe("wait", status_name(status) if found else "nothing")
os.kill(child, signal.SIGKILL)
