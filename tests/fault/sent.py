"""---
title: SIGSEGV is sent to the process, and its Python handler returns; does the process go on
sender: self-main
posix: required
posix-note: To return from the handler is undefined after a fault only, not after a signal that a call has sent.
spec: XSH 2.4.3
source: [CPython Modules/signalmodule.c trip_signal()]
portable: A Python handler for SIGSEGV only ever sees what was sent. For faults there is the faulthandler module.
---"""

import os
import signal

from observe import observe, signal_name

signal.signal(signal.SIGSEGV, lambda signo, frame: observe("handler", signal_name(signo)))
os.kill(os.getpid(), signal.SIGSEGV)
observe("main", "went on")
