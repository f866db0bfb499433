"""---
title: a signal that is ignored and blocked is sent; does it become pending, and does signal.sigtimedwait accept it?
sender: self-main
posix: unspecified
spec: XSH 2.4.1
source: [Linux kernel/signal.c sig_ignored(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: Linux keeps what is blocked even if it is ignored; FreeBSD discards it unless kern.sig_discard_ign is 0
portable: >-
  Give a signal that you mean to accept with signal.sigwait a handler, even one that never runs; SIG_IGN, which Python
  itself sets for SIGPIPE and SIGXFSZ, loses it on FreeBSD.
---"""

import os
import signal

from observe import observe, observe_yes, signal_name

signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
observe_yes("pending", signal.SIGUSR1 in signal.sigpending())
accepted = signal.sigtimedwait({signal.SIGUSR1}, 0)
observe("sigtimedwait", signal_name(accepted.si_signo) if accepted else "None")
