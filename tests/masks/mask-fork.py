"""---
title: a worker calls os.fork(); whose signal mask does the child have?
sender: none
posix: required
posix-note: the thread of the child is a replica of the one that called fork()
spec: XSH fork
source: [CPython Modules/posixmodule.c os_fork_impl()]
portable: >-
  Set the mask in the child before exec: it is that of the thread which forked, perhaps one that blocks everything.
---"""

import os

from inherited import in_masked_worker, observe_inherited_mask


def fork():
    child = os.fork()
    if child == 0:
        observe_inherited_mask()
        os._exit(0)
    os.waitpid(child, 0)


in_masked_worker(fork)
