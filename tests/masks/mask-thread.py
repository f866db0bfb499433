"""---
title: a worker starts a threading.Thread; whose signal mask does it have?
sender: none
posix: required
posix-note: the signal mask is inherited from the creating thread
spec: XSH pthread_create
source: [CPython Python/thread_pthread.h]
portable: >-
  Block what workers must not take before starting them and restore the mask after: there is no moment at which they
  have another one.
---"""

import threading

from inherited import in_masked_worker, observe_inherited_mask


def create():
    thread = threading.Thread(target=observe_inherited_mask)
    thread.start()
    thread.join()


in_masked_worker(create)
