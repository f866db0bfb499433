"""---
title: a worker calls os.execv(); whose signal mask does the new program have?
sender: none
posix: required
spec: XSH exec
source: [CPython Modules/posixmodule.c os_execv_impl()]
---"""

import os

from inherited import in_masked_worker, report_command

in_masked_worker(lambda: os.execv(report_command()[0], report_command()))
