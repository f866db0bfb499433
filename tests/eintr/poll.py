"""---
title: a signal interrupts select.poll() without a timeout; when does Python run its handler?
sender: self-worker
posix: unverified
posix-note: >-
  as for poll() in C: the standard does not say whether SA_RESTART counts
source: [CPython Modules/selectmodule.c select_poll_poll_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing is to be done: since Python 3.5 (PEP 475) the call goes on after EINTR. A handler that is to end it must raise
  an exception, and it runs in the main thread only.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---"""

import os
import select

from interrupted import interrupt_call

reading, writing = os.pipe()
poll = select.poll()
poll.register(reading, select.POLLIN)
interrupt_call("poll", poll.poll, lambda: os.write(writing, b"x"))
