"""---
title: signal.ITIMER_PROF is armed and the process goes into signal.pause; does the timer fire?
sender: none
posix: unverified # as in pause-cpu-timer.c
spec: XSH getitimer()
source: [Linux kernel/time/posix-cpu-timers.c check_process_timers(), FreeBSD sys/kern/kern_clock.c hardclock()]
hang: expected
quiet: 500 # longer than the timer
portable: Set signal.ITIMER_REAL to bound a wait; timers of CPU time stand still while it lasts.
---"""

import signal

from observe import observe

signal.signal(signal.SIGPROF, lambda signo, frame: observe("handler", "ran"))
signal.setitimer(signal.ITIMER_PROF, 0.2)
signal.pause()
observe("pause", "returned")
