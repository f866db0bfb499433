"""---
title: a signal is sent by os.kill, signal.raise_signal and signal.pthread_kill; what does si_code say of each, from sigwaitinfo
sender: self-main
posix: implementation-defined
posix-note: >-
  SI_USER stands for kill(). raise() may have SI_USER or a code of the system's own, and so may pthread_kill().
spec: XSH 2.4.3
source: [glibc sysdeps/unix/sysv/linux/sigtimedwait.c, FreeBSD sys/kern/kern_thr.c sys_thr_kill()]
differs:
  freebsd-*: >-
    a signal that is sent to a thread has SI_LWP on FreeBSD, raise() included; on Linux it has SI_TKILL, which glibc's
    sigwaitinfo() turns into SI_USER
portable: >-
  Python has no names for these codes, and their numbers differ between systems. Do not look at si_code for this.
---"""

import os
import signal
import sys
import threading

from observe import observe

LINUX = {0: "SI_USER", -6: "SI_TKILL"}
FREEBSD = {0x10001: "SI_USER", 0x10007: "SI_LWP"}
CODES = LINUX if sys.platform == "linux" else FREEBSD


def observe_code(key):
    info = signal.sigwaitinfo([signal.SIGUSR1])
    observe(key, CODES.get(info.si_code, "other"))
    observe("si-pid", "sender" if info.si_pid == os.getpid() else "other")


signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
observe_code("kill")
signal.raise_signal(signal.SIGUSR1)
observe_code("raise")
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
observe_code("pthread-kill")
