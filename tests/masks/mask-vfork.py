"""---
title: a worker runs a subprocess, by vfork where Python uses it; whose signal mask does the new program have?
sender: none
posix: unverified
source: [CPython Modules/_posixsubprocess.c do_fork_exec()]
portable: >-
  subprocess has no argument for the mask: unblock in preexec_fn, or restore the mask of the thread around the call.
---"""

import subprocess

from inherited import HEIR, in_masked_worker

in_masked_worker(lambda: subprocess.run(HEIR, check=True))
