"""---
title: a worker forks; which thread does the child's think it is, and which threads does it see?
sender: none
posix: unverified
source: [CPython Lib/threading.py _after_fork()]
differs:
  '{debian-1[12],freebsd-13.2}': >-
    CPython 3.11 and before leave the native_id of the thread that forked as it was in the parent; 3.13 asks for it anew
portable: >-
  The thread that forked is the child's main thread, whatever it was called: code there that compares with
  threading.main_thread() works. Keep no list of threads across a fork.
---"""

import os
import threading

from observe import observe, observe_status, observe_yes

parked = threading.Event()


def forker():
    ident = threading.get_ident()
    child = os.fork()
    if child == 0:
        thread = threading.current_thread()
        observe_yes("same-ident", threading.get_ident() == ident)
        observe_yes("is-main-thread", thread is threading.main_thread())
        observe("name", "worker" if thread.name == "worker" else "main" if thread.name == "MainThread" else "other")
        observe_yes("native-id-is-current", thread.native_id == threading.get_native_id())
        observe_yes("sees-others", threading.active_count() > 1)
        observe_yes("other-is-alive", other.is_alive())
        os._exit(0)
    observe_status("child", os.waitpid(child, 0)[1])


other = threading.Thread(target=parked.wait)
other.start()
worker = threading.Thread(target=forker, name="worker")
worker.start()
worker.join()
parked.set()
