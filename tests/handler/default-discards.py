"""---
title: a pending SIGCHLD is set to its default, which is to do nothing; is it still pending
sender: self-main
posix: required
posix-note: To set the default for a signal whose default action is to be ignored discards it when it is pending.
spec: XSH 2.4.3
source: [CPython Modules/signalmodule.c signal_signal_impl(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
portable: >-
  Wait for SIGCHLD with signal.sigwait() only while it has a handler, though none ever runs: at its default it may be
  discarded.
---"""

import os
import signal

from observe import observe_yes

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
signal.signal(signal.SIGCHLD, lambda signo, frame: None)
os.kill(os.getpid(), signal.SIGCHLD)
observe_yes("pending", signal.SIGCHLD in signal.sigpending())
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
observe_yes("pending-default", signal.SIGCHLD in signal.sigpending())
