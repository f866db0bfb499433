"""---
title: a signal is handled just before main starts to wait for it; does the wait end?
about: >-
  The race that makes signal.pause useless for waiting: the signal comes after a flag was looked at and before pause is
  called. What is blocked until the wait begins cannot come in between.
sender: self-main
posix: required
spec: XSH pause(), XSH sigwait()
source: [CPython Modules/signalmodule.c signal_pause_impl() signal_sigwait_impl()]
hang: expected
portable: >-
  Block the signal and wait with signal.sigwait, or wait in select on the pipe of signal.set_wakeup_fd; never wait with
  signal.pause for a signal that may have come already.
axes: {wait: [pause, sigwait, wakeup-fd]}
---"""

import os
import select
import signal

from observe import axis, axis_is, observe

reading, wakeup = os.pipe()
os.set_blocking(wakeup, False)
if axis_is("wait", "wakeup-fd"):
    signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, lambda signo, frame: observe("handler", "ran"))
if axis_is("wait", "sigwait"):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
{
    "pause": signal.pause,
    "sigwait": lambda: signal.sigwait({signal.SIGUSR1}),
    "wakeup-fd": lambda: select.select([reading], [], []),
}[axis("wait")]()
observe("wait", "returned")
