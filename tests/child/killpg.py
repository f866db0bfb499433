"""---
title: a process kills its own group, which has a child in it; another child has left the group; who gets the signal, and when
sender: self-main
posix: required
posix-note: >-
  Every process of the group is sent the signal. The sender's own is delivered before the call returns if no other of
  its threads has it unblocked.
spec: XSH kill()
source: [Linux kernel/signal.c __kill_pgrp_info(), FreeBSD sys/kern/kern_sig.c killpg1()]
portable: >-
  os.killpg(os.getpgrp(), ...) reaches the caller too. Block or ignore the signal first if the caller is to stay out of
  it.
---"""

import os
import signal

from observe import observe, observe_status

ready, tell_ready = os.pipe()
leave, tell_leave = os.pipe()
runs = []


def child_in(group):
    child = os.fork()
    if child != 0:
        os.read(ready, 1)
        return child
    os.setpgid(0, group)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    os.write(tell_ready, b"x")
    os.read(leave, 1)
    os._exit(0)


signal.signal(signal.SIGUSR1, lambda signo, frame: runs.append(signo))
inside = child_in(os.getpgrp())
outside = child_in(0)
os.killpg(os.getpgrp(), signal.SIGUSR1)
observe("handler-runs", len(runs))
observe_status("inside", os.waitpid(inside, 0)[1])
os.write(tell_leave, b"x")
observe_status("outside", os.waitpid(outside, 0)[1])
