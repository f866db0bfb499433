"""---
title: an ignored signal is sent three times; does a select.kqueue with KQ_FILTER_SIGNAL count it?
sender: self-main
posix: unverified # the standard has no kqueue
source:
  - FreeBSD sys/kern/kern_sig.c tdsendsignal() filt_signal()
  - CPython Modules/selectmodule.c select_kqueue_control_impl()
systems: [freebsd]
portable: >-
  Where Linux matters too, use signal.set_wakeup_fd: Python has no signalfd, and Linux no kqueue.
---"""

import os
import select
import signal

from observe import observe

signal.signal(signal.SIGUSR1, signal.SIG_IGN)
queue = select.kqueue()
queue.control([select.kevent(signal.SIGUSR1, select.KQ_FILTER_SIGNAL, select.KQ_EV_ADD)], 0)
for _ in range(3):
    os.kill(os.getpid(), signal.SIGUSR1)
(event,) = queue.control(None, 1, 0)
observe("signals", event.data)
observe("again", "event" if queue.control(None, 1, 0) else "none")
