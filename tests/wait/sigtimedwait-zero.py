"""---
title: signal.sigtimedwait is called with a timeout of zero, without and with a signal pending; what does it return?
sender: self-main
posix: required
spec: XSH sigtimedwait()
source: [CPython Modules/signalmodule.c signal_sigtimedwait_impl(), Linux kernel/signal.c do_sigtimedwait()]
portable: Drain pending signals with signal.sigtimedwait and a timeout of zero until it returns None.
---"""

import os
import signal

from observe import observe, signal_name


def observe_accepted(key):
    accepted = signal.sigtimedwait({signal.SIGUSR1}, 0)
    observe(key, signal_name(accepted.si_signo) if accepted else "None")


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
observe_accepted("none-pending")
os.kill(os.getpid(), signal.SIGUSR1)
observe_accepted("pending")
observe_accepted("after-it")
