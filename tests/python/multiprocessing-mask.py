"""---
title: a worker that blocks SIGTERM starts multiprocessing's resource tracker; is SIGTERM still blocked afterwards
sender: none
posix: unverified
source: [CPython Lib/multiprocessing/resource_tracker.py ensure_running()]
bugs: [gh-127586]
differs:
  '{debian-1[12],freebsd-13.2}': >-
    CPython before 3.12.9 and 3.13.2 opens SIGINT and SIGTERM when the tracker has been started, whatever the mask was;
    since then it restores the mask
portable: >-
  Save the mask of the thread and restore it after the first use of multiprocessing, or use it once before the mask is
  set.
variants: [ports]
---"""

import signal
import threading
from multiprocessing import resource_tracker

from observe import observe


def blocked():
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return " ".join(s.name[3:] for s in (signal.SIGINT, signal.SIGTERM) if s in mask) or "none"


def worker():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    observe("blocked-before", blocked())
    # What a Pool, shared memory and every Process that is not forked do first.
    resource_tracker.ensure_running()
    observe("blocked-after", blocked())


thread = threading.Thread(target=worker)
thread.start()
thread.join()
