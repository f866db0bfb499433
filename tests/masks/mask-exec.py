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
import sys

from inherited import in_masked_worker
from observe import again

in_masked_worker(lambda: os.execv(sys.executable, again("report")))
