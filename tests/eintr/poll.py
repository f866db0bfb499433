"""---
title: a signal interrupts select.poll() without a timeout; when does Python run its handler?
sender: self-worker
posix: unverified # as in poll.c
source: [CPython Modules/selectmodule.c select_poll_poll_impl(), CPython Modules/signalmodule.c trip_signal()]
axes: {restart: [restart, no-restart], thread: [main, worker]}
---"""

import os
import select

from interrupted import interrupt_call

reading, writing = os.pipe()
poll = select.poll()
poll.register(reading, select.POLLIN)
interrupt_call("poll", poll.poll, lambda: os.write(writing, b"x"))
