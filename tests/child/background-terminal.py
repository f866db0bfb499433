"""---
title: a process of a background group reads from its terminal; is it stopped, and what does os.read say
about: >-
  The terminal is a pseudo-terminal, whose session has a leader in the foreground.
sender: kernel
posix: required
posix-note: >-
  A read from the background is answered with SIGTTIN to the group, and with EIO if the reader blocks or ignores that.
spec: XBD 11.1.4
source: [FreeBSD sys/kern/tty.c tty_wait_background()]
axes: {signal: [default, ignored]}
portable: Expect OSError with EIO from a terminal in the background.
---"""

import fcntl
import os
import signal
import termios

from observe import axis_is, error_name, observe, observe_status


def use_terminal():
    if axis_is("signal", "ignored"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    try:
        os.read(terminal, 1)
        observe("call", "0")
    except OSError as error:
        observe("call", error_name(error))


other_end, terminal = os.openpty()
leader = os.fork()
if leader == 0:
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        use_terminal()
        os._exit(0)
    status = os.waitpid(child, os.WUNTRACED)[1]
    observe_status("wait", status)
    if os.WIFSTOPPED(status):
        os.kill(child, signal.SIGKILL)
    os._exit(0)
os.waitpid(leader, 0)
