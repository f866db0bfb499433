"""---
title: >-
  a worker starts a program with a preexec_fn that sends its process a signal; does the parent's Python handler run
  there?
sender: self-worker
posix: unverified
source: [CPython Modules/_posixsubprocess.c subprocess_fork_exec()]
portable: >-
  A preexec_fn runs with the parent's handlers and mask, in a child of a process with threads. Use the options of Popen
  instead (start_new_session, process_group, user, umask); where a mask must be undone, that is all the function should
  do.
---"""

import os
import signal
import subprocess
import threading

from observe import observe, observe_yes

parent = os.getpid()


def handler(signo, frame):
    observe("handler-in", "parent" if os.getpid() == parent else "child")


def before_exec():
    thread = threading.current_thread()
    observe("thread", thread.name)
    observe_yes("is-main-thread", thread is threading.main_thread())
    os.kill(os.getpid(), signal.SIGUSR1)
    observe("function", "ends")


def start():
    observe("child", f"exit {subprocess.call(['/bin/sh', '-c', 'exit 0'], preexec_fn=before_exec)}")


signal.signal(signal.SIGUSR1, handler)
worker = threading.Thread(target=start, name="worker")
worker.start()
worker.join()
