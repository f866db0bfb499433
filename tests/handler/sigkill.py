"""---
title: SIGKILL is given a Python handler, is ignored, set to its default, or read; is it let
sender: none
posix: unspecified
posix-note: >-
  To catch or ignore it is EINVAL. To set the default may be EINVAL or be ignored, and to read the action must succeed.
spec: XSH sigaction()
source: [CPython Modules/signalmodule.c signal_signal_impl(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
differs:
  freebsd-*: FreeBSD lets the default be set, which changes nothing; Linux fails with EINVAL
portable: A loop that sets all signals back to their defaults should pass over SIGKILL and SIGSTOP, or catch OSError.
---"""

import signal

from observe import error_name, observe


def try_action(key, action):
    try:
        signal.signal(signal.SIGKILL, action)
        observe(key, "accepted")
    except OSError as error:
        observe(key, error_name(error))


try_action("handler", lambda signo, frame: None)
try_action("ignore", signal.SIG_IGN)
try_action("default", signal.SIG_DFL)
observe("read", "default" if signal.getsignal(signal.SIGKILL) == signal.SIG_DFL else "other")
