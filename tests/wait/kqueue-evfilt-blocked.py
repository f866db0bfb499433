"""---
title: a blocked signal is sent; does KQ_FILTER_SIGNAL tell it, and is it still pending after the event was taken?
sender: self-main
posix: unverified # the standard has no kqueue
source: [FreeBSD sys/kern/kern_sig.c tdsendsignal() filt_sigattach() filt_signal()]
systems: [freebsd]
portable: >-
  Accept the signal with signal.sigtimedwait after the event, or it runs its handler or ends the process once it is
  unblocked. Where Linux matters too, use signal.set_wakeup_fd.
---"""

import os
import select
import signal

from observe import observe, signal_name

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
queue = select.kqueue()
queue.control([select.kevent(signal.SIGUSR1, select.KQ_FILTER_SIGNAL, select.KQ_EV_ADD)], 0)
os.kill(os.getpid(), signal.SIGUSR1)
observe("event", "event" if queue.control(None, 1, 0) else "none")
accepted = signal.sigtimedwait({signal.SIGUSR1}, 0)
observe("sigtimedwait", signal_name(accepted.si_signo) if accepted else "None")
