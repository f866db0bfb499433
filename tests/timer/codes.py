"""---
title: SIGALRM comes from signal.setitimer; what does si_code say
sender: kernel
posix: implementation-defined
posix-note: An interval timer has a code of the system's own, which is none of the standard's.
spec: XSH 2.4.3
source: [Linux kernel/time/itimer.c it_real_fn(), FreeBSD sys/kern/kern_sig.c kern_psignal()]
quiet: 1000
portable: Python has no names for these codes. Do not tell SIGALRM of a timer from that of os.kill() by si_code.
---"""

import signal
import sys

from observe import observe

SI_KERNEL = 128 if sys.platform == "linux" else 0x10006

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.01)
info = signal.sigwaitinfo([signal.SIGALRM])
observe("si-code", "SI_KERNEL" if info.si_code == SI_KERNEL else "other")
