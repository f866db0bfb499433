"""---
title: a worker calls os.posix_spawn() without setsigmask; whose signal mask does the child have?
sender: none
posix: unverified
source: [CPython Modules/posixmodule.c py_posix_spawn()]
portable: >-
  Say the mask: os.posix_spawn(…, setsigmask=[]) makes a child that can be signalled whichever thread starts it.
---"""

import os

from inherited import HEIR, in_masked_worker


def spawn():
    child = os.posix_spawn(HEIR[0], HEIR, os.environ)
    os.waitpid(child, 0)


in_masked_worker(spawn)
