"""---
title: a worker starts a subprocess; do the pthread_atfork handlers run, as they do for fork() and not for vfork()
sender: none
posix: unverified
spec: XSH pthread_atfork
source: [CPython Modules/_posixsubprocess.c do_fork_exec()]
differs:
  debian-11: >-
    CPython uses vfork() on Linux since 3.10, unless a preexec_fn or another user is asked for; POSIX has handlers run
    for fork() only
  freebsd-*: CPython uses fork() on all systems but Linux
portable: >-
  Do not rely on pthread_atfork handlers of C libraries, or on os.register_at_fork, for what subprocess starts: neither
  is run everywhere.
axes: {way: [plain, preexec]}
variants: [ports]
---"""

import ctypes
import subprocess
import threading

from observe import axis, observe_yes

forked = False


@ctypes.CFUNCTYPE(None)
def prepare():
    global forked
    forked = True


def worker():
    # Without a slash in the program's name: with one, subprocess may choose posix_spawn() instead.
    subprocess.run(["true"], preexec_fn=(lambda: None) if axis("way") == "preexec" else None, check=True)


libc = ctypes.CDLL(None)
# glibc gives pthread_atfork() to the static linker only.
if hasattr(libc, "pthread_atfork"):
    libc.pthread_atfork(prepare, None, None)
else:
    libc.__register_atfork(prepare, None, None, None)
thread = threading.Thread(target=worker)
thread.start()
thread.join()
observe_yes("atfork-handlers-run", forked)
