"""---
title: a process ends, and the group of its stopped child becomes orphaned; what is the child sent
about: >-
  A group is orphaned when none of its members has a parent in the same session but in another group: nobody is left
  who would continue it.
sender: kernel
posix: required
posix-note: If a member of a group that becomes orphaned is stopped, all its members are sent SIGHUP and then SIGCONT.
spec: XSH _Exit()
source: [Linux kernel/exit.c kill_orphaned_pgrp(), FreeBSD sys/kern/kern_proc.c orphanpg()]
portable: A daemon that is to outlive a stopped shell must take SIGHUP into account, or call os.setsid().
---"""

import os
import signal
from signal import SIGCONT, SIGHUP

from observe import observe_yes

orphaned, tell_orphaned = os.pipe()
done, hold = os.pipe()
got = set()
parent = os.fork()
if parent == 0:
    child = os.fork()
    if child != 0:
        os.waitpid(child, os.WUNTRACED)
        os._exit(0)
    for signo in SIGHUP, SIGCONT:
        signal.signal(signo, lambda signo, frame: got.add(signo))
    os.setpgid(0, 0)
    signal.raise_signal(signal.SIGSTOP)
    os.read(orphaned, 1)
    observe_yes("hup", SIGHUP in got)
    observe_yes("cont", SIGCONT in got)
    os._exit(0)
os.close(hold)
os.waitpid(parent, 0)
os.write(tell_orphaned, b"x")
os.read(done, 1)  # the end of file, when the grandchild has ended
