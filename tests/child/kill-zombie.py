"""---
title: os.kill and os.killpg reach for a child that has ended, before and after it is waited for; what do they answer
sender: self-main
posix: required
posix-note: >-
  A process that has ended exists until it is waited for, and sending it a signal succeeds without effect. After that
  there is no such process: ESRCH.
spec: XSH kill()
source: [Linux kernel/signal.c kill_pid_info(), FreeBSD sys/kern/kern_sig.c kern_kill()]
portable: >-
  os.kill(pid, 0) does not tell whether a child is running, for a zombie counts as well. Use Popen.poll(), or wait with
  WNOHANG.
---"""

import os
import signal

from observe import error_name, observe


def observe_kill(key, kill):
    try:
        kill(child, signal.SIGTERM)
        observe(key, "0")
    except OSError as error:
        observe(key, error_name(error))


child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
observe_kill("ended", os.kill)
observe_kill("ended-group", os.killpg)
os.waitpid(child, 0)
observe_kill("reaped", os.kill)
observe_kill("reaped-group", os.killpg)
