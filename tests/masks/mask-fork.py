"""---
title: a worker calls os.fork(); whose signal mask does the child have?
sender: none
posix: required
spec: XSH fork
source: [CPython Modules/posixmodule.c os_fork_impl()]
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
