"""---
title: a Python handler and an ignored signal, then os.execv; which actions does the new program have
sender: none
posix: required
posix-note: What was caught is set to its default, and what was ignored stays so.
spec: XSH exec
source: [Linux kernel/signal.c flush_signal_handlers(), FreeBSD sys/kern/kern_sig.c execsigs()]
portable: >-
  Programs that you start with os.exec* or os.posix_spawn ignore SIGPIPE, for Python does; subprocess sets it back to
  its default.
---"""

import os
import signal
import sys

from observe import again, observe

if sys.argv[1:] == ["report"]:
    for key, signo in ("handled", signal.SIGUSR1), ("ignored", signal.SIGUSR2):
        action = signal.getsignal(signo)
        observe(key, "ignored" if action == signal.SIG_IGN else "default" if action == signal.SIG_DFL else "handler")
else:
    signal.signal(signal.SIGUSR1, lambda signo, frame: None)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    os.execv(sys.executable, again("report"))
