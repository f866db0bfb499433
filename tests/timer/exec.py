"""---
title: an interval timer is armed and SIGALRM blocked when os.execv is called; does the signal arrive in the new program
sender: kernel
posix: required
posix-note: An interval timer of setitimer() goes on across exec, and pending signals are kept.
spec: XSH exec
source: [Linux kernel/signal.c flush_itimer_signals(), FreeBSD sys/kern/kern_time.c itimers_event_exit_exec()]
quiet: 1000
portable: >-
  Call signal.setitimer(signal.ITIMER_REAL, 0) before exec: the new program may have no handler for SIGALRM, and is
  killed then.
---"""

import os
import signal

from observe import heir

HEIR = heir({"signal": ("arrives", signal.SIGALRM)})

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.1)
os.execv(HEIR[0], HEIR)
