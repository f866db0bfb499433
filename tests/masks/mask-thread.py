"""---
title: a worker starts a threading.Thread; whose signal mask does it have?
sender: none
posix: required
spec: XSH pthread_create
source: [CPython Python/thread_pthread.h]
---"""

import threading

from inherited import in_masked_worker, observe_inherited_mask


def create():
    thread = threading.Thread(target=observe_inherited_mask)
    thread.start()
    thread.join()


in_masked_worker(create)
