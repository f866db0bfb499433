"""---
title: a worker calls os.system(), whose command sends SIGINT to its parent and to itself, and ends; which handlers run?
sender: external
posix: required
posix-note: >-
  SIGINT and SIGQUIT are ignored and SIGCHLD is blocked while system() waits; in the command they are what they were.
  Whether the command's SIGCHLD is pending when it has been waited for is decided by what waitpid() does
spec: XSH system()
source: [CPython Modules/posixmodule.c os_system_impl()]
differs:
  freebsd-*: wait() takes back the SIGCHLD of the child it reaps; on Linux it stays pending, and the handler runs
portable: >-
  Use subprocess: os.system() makes the whole process deaf to Ctrl-C while the command runs, and on Linux calls a
  handler of SIGCHLD for a child that is waited for already.
---"""

import os
import signal
import threading
from signal import SIGCHLD, SIGINT

from observe import await_parked, observe, observe_status

runs = {SIGINT: 0, SIGCHLD: 0}


def count(signo, frame):
    runs[signo] += 1


def call():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [SIGCHLD])
    observe_status("command", os.system("read line <fifo; kill -INT $PPID; kill -INT $$"))
    blocked = SIGCHLD in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    observe("chld-after", "blocked" if blocked else "open")


os.mkfifo("fifo")
signal.signal(SIGINT, count)
signal.signal(SIGCHLD, count)
signal.pthread_sigmask(signal.SIG_BLOCK, [SIGCHLD])
worker = threading.Thread(target=call)
worker.start()
await_parked(worker, "wait")
os.close(os.open("fifo", os.O_WRONLY))
worker.join()
observe("int-handler-runs", str(runs[SIGINT]))
observe("chld-handler-runs", str(runs[SIGCHLD]))
