"""---
title: main is in signal.sigwait for a signal that it has not blocked; is the signal accepted, or acted upon?
sender: external
posix: undefined
posix-note: >-
  The signals that sigwait() waits for shall be blocked when it is called; if they are not, anything may happen.
spec: XSH sigwait()
source:
  - Linux kernel/signal.c do_sigtimedwait() complete_signal() sig_ignored()
  - FreeBSD sys/kern/kern_sig.c kern_sigtimedwait() tdsendsignal()
hang: expected # an ignored signal is discarded
differs:
  freebsd-*: a signal whose default ends the process ends it on Linux; FreeBSD lets sigwait() accept it
portable: >-
  Block a signal with signal.pthread_sigmask before signal.sigwait is called for it, and before any thread is started.
axes: {disposition: [handler, default, ignored]}
---"""

import os
import signal

from observe import await_parked, axis, observe, signal_name

process = os.getpid()
if os.fork() == 0:
    await_parked(0, "sigwait", process)
    os.kill(process, signal.SIGUSR1)
    os._exit(0)
signal.signal(
    signal.SIGUSR1,
    {
        "handler": lambda signo, frame: observe("handler", "ran"),
        "default": signal.SIG_DFL,
        "ignored": signal.SIG_IGN,
    }[axis("disposition")],
)
observe("accepted", signal_name(signal.sigwait({signal.SIGUSR1})))
