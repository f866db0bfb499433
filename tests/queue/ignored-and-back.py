"""---
title: a blocked signal is pending, its action is set to ignore and back to a Python handler; does it still arrive
sender: self-main
posix: required
posix-note: >-
  Setting the action to ignore the signal discards what is pending, blocked or not, and so does SIG_DFL where the
  default action is to ignore.
spec: XSH 2.4.3
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
axes: {signal: [usr1, urg]} # SIGURG is ignored by default: it is set to SIG_DFL
portable: >-
  Setting SIG_IGN and the handler back is a way to drop what is pending. Where that is not wanted, block the signal and
  leave its action alone.
---"""

import os
import signal

from observe import axis_is, observe, observe_yes

runs = []
urg = axis_is("signal", "urg")
signo = signal.SIGURG if urg else signal.SIGUSR1
signal.signal(signo, lambda signo, frame: runs.append(signo))
signal.pthread_sigmask(signal.SIG_BLOCK, {signo})
os.kill(os.getpid(), signo)
handler = signal.signal(signo, signal.SIG_DFL if urg else signal.SIG_IGN)
observe_yes("pending-while-ignored", signo in signal.sigpending())
signal.signal(signo, handler)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signo})
observe("handler-runs", len(runs))
