"""---
title: a Python worker writes to a broken pipe, SIGPIPE ignored as Python leaves it or with a Python handler; what does os.write say, does the handler run
about: >-
  Python ignores SIGPIPE from its start, so a write to a broken pipe is an exception. With a handler, the signal goes to
  the worker that wrote, while the Python handler waits for a main thread that nothing wakes.
sender: kernel
posix: required
posix-note: >-
  The write fails with EPIPE, and SIGPIPE is sent to the thread that wrote. When the Python handler runs is CPython's
  matter.
spec: XSH write()
source: [CPython Modules/signalmodule.c trip_signal(), Linux fs/pipe.c pipe_write(), FreeBSD sys/kern/sys_generic.c dofilewrite()]
hang: expected
axes: {action: [ignored, handler]}
portable: >-
  Leave SIGPIPE ignored in Python and catch BrokenPipeError in the thread that writes. Programs started by subprocess
  have the default action again.
---"""

import os
import signal
import threading

from observe import await_parked, axis_is, error_name, observe


def on_signal(signo, frame):
    observe("handler-thread", threading.current_thread().name)
    os.write(done, b"x")


def write_broken_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    await_parked(threading.main_thread(), "read")
    try:
        os.write(writing, b"x")
        observe("write", "written")
    except OSError as error:
        observe("write", error_name(error))
    if not handling:
        os.write(done, b"x")


threading.main_thread().name = "main"
handling = axis_is("action", "handler")
until_done, done = os.pipe()
if handling:
    signal.signal(signal.SIGPIPE, on_signal)
threading.Thread(target=write_broken_pipe, name="w0").start()
os.read(until_done, 1)
