"""---
title: a signal interrupts os.system(), which waits for its command; when does Python run its handler?
sender: self-worker
posix: required
posix-note: Below it, system() does not return before the command has ended, as in system.c.
spec: XSH system()
source: [CPython Modules/posixmodule.c os_system_impl(), CPython Modules/signalmodule.c trip_signal()]
portable: Use subprocess.run(), in whose wait handlers run at once; during os.system() none does.
axes: {restart: [restart, no-restart]}
---"""

import os

from interrupted import interrupt_call

reading, writing = os.pipe()
os.set_inheritable(reading, True)
interrupt_call("wait", lambda: os.system(f"read line <&{reading}"), lambda: os.write(writing, b"\n"))
