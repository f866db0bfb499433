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

from observe import heir

HEIR = heir({"handled": ("action", signal.SIGUSR1), "ignored": ("action", signal.SIGUSR2)})

signal.signal(signal.SIGUSR1, lambda signo, frame: None)
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
os.execv(HEIR[0], HEIR)
