"""---
title: a worker calls os.execv(); whose signal mask does the new program have?
sender: none
posix: required
posix-note: the new program has the signal mask of the thread that called exec
spec: XSH exec
source: [CPython Modules/posixmodule.c os_execv_impl()]
portable: >-
  Set the mask before exec to what the new program expects, usually the empty one: nothing resets it.
---"""

import os

from inherited import HEIR, in_masked_worker

in_masked_worker(lambda: os.execv(HEIR[0], HEIR))
