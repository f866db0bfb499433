"""---
title: a signal interrupts select.epoll().poll() without a timeout; when does Python run its handler?
about: kevent.py asks the same of FreeBSD's kqueue.
sender: self-worker
posix: unverified
posix-note: epoll is not in the standard.
source: [CPython Modules/selectmodule.c select_epoll_poll_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing to do, since Python runs the handler and waits on. A loop that is to end has the handler write to a pipe in
  the set.
systems: [linux]
axes: {restart: [restart, no-restart]}
---"""

import os
import select

from interrupted import interrupt_call

reading, writing = os.pipe()
epoll = select.epoll()
epoll.register(reading, select.EPOLLIN)
interrupt_call("poll", epoll.poll, lambda: os.write(writing, b"x"))
