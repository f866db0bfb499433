"""---
title: a worker starts a subprocess; does the subprocess die of SIGTERM
about: >-
  The third part of the 2011 story. The port's patched interpreter blocked all signals in new threads, so that main
  took them; but fork and exec keep the mask of the thread that calls them, and so every subprocess that a worker
  started was deaf to SIGTERM. Python programs that block signals in workers on purpose have the same subprocesses.
sender: external
posix: unverified
posix-note: >-
  A new thread has its creator's mask, and fork and exec keep the caller's (masks/mask-thread.c, masks/mask-fork.c,
  masks/mask-exec.c): given the blocked worker, the deaf subprocess is what the standard asks for.
spec: XSH pthread_create, fork, exec
source: [CPython Python/thread_pthread.h PyThread_start_new_thread(), CPython Modules/_posixsubprocess.c child_exec()]
portable: >-
  Where threads block signals, open them again for the subprocess: unblock in the child with preexec_fn, as the
  variants `unblocked` do, or in the worker around the call that starts it, whose mask the child inherits
  (masks/mask-fork.py, masks/mask-spawn.py). The first runs Python between fork and exec, which Python's manual calls
  unsafe beside other threads; in the second the worker itself may take a signal meanwhile.
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
