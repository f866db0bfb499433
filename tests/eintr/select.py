"""---
title: a signal interrupts select.select() without a timeout; when does Python run its handler?
sender: self-worker
posix: implementation-defined
posix-note: EINTR or a restart below it, as in select.c.
spec: XSH pselect()
source: [CPython Modules/selectmodule.c select_select_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: >-
  Nothing to do, since Python runs the handler and waits on. A loop that is to end has the handler write to a pipe in
  the set.
axes: {restart: [restart, no-restart]}
---"""

import os
import select

from interrupted import interrupt_call

reading, writing = os.pipe()
interrupt_call("poll", lambda: select.select([reading], [], []), lambda: os.write(writing, b"x"))
