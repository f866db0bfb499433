"""---
title: a worker starts a subprocess; does the subprocess die of SIGTERM
sender: external
posix: unverified
spec: XSH pthread_create, fork, exec
source: [CPython Python/thread_pthread.h PyThread_start_new_thread(), CPython Modules/_posixsubprocess.c child_exec()]
axes: {mask: [inherited, unblocked]}
variants: [ports]
---"""

import os
import signal
import subprocess
import threading

from observe import axis, observe, observe_status


def unblock():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def worker():
    global child
    child = subprocess.Popen(
        ["cat"],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=unblock if axis("mask") == "unblocked" else None,
    )


thread = threading.Thread(target=worker)
thread.start()
thread.join()

child.terminate()
# An echo is asked for after the signal was sent: a process that can die of it dies before it could answer.
try:
    child.stdin.write(b"x")
except BrokenPipeError:
    pass
if child.stdout.read(1):
    observe("after-term", "alive")
    child.kill()
observe_status("child", os.waitpid(child.pid, 0)[1])
