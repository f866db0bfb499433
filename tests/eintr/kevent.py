"""---
title: a signal interrupts select.kqueue().control() without a timeout; when does Python run its handler?
about: epoll_wait.py asks the same of Linux's epoll.
sender: self-worker
posix: unverified
posix-note: kqueue is not in the standard.
source: [CPython Modules/selectmodule.c select_kqueue_control_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing to do, since Python runs the handler and waits on. A loop that is to end has the handler write to a pipe in
  the set.
systems: [freebsd]
axes: {restart: [restart, no-restart]}
---"""

import os
import select

from interrupted import interrupt_call

reading, writing = os.pipe()
kqueue = select.kqueue()
kqueue.control([select.kevent(reading)], 0)
interrupt_call("poll", lambda: kqueue.control(None, 1), lambda: os.write(writing, b"x"))
