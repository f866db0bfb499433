"""---
title: a pending signal is ignored, then handled again and unblocked; is it lost
sender: self-main
posix: required
posix-note: To ignore a pending signal discards it, whether it is blocked or not.
spec: XSH 2.4.3
source: [CPython Modules/signalmodule.c signal_signal_impl(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
portable: Ignoring a signal for a moment loses what came before it. Block the signal if you want it later.
---"""

import os
import signal

from observe import observe, observe_yes

runs = []
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
signal.signal(signal.SIGUSR1, lambda signo, frame: runs.append(signo))
os.kill(os.getpid(), signal.SIGUSR1)
observe_yes("pending", signal.SIGUSR1 in signal.sigpending())
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
observe_yes("pending-ignored", signal.SIGUSR1 in signal.sigpending())
signal.signal(signal.SIGUSR1, lambda signo, frame: runs.append(signo))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
observe("handler-runs", len(runs))
