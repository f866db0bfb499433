"""---
title: a stopped process that blocks or ignores SIGCONT is sent one; does it go on, and is the signal pending then
sender: external
posix: required
posix-note: >-
  A stopped process continues when SIGCONT is generated for it, even if it blocks or ignores it. A blocked SIGCONT that
  is not ignored stays pending; of one that is both blocked and ignored this is not said.
spec: XSH 2.4.1
source: [Linux kernel/signal.c prepare_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
axes: {cont: [blocked, ignored]}
portable: Do not block or ignore SIGCONT to stay stopped. It always continues the process.
---"""

import os
import signal
from signal import SIG_BLOCK, SIG_IGN, SIG_UNBLOCK, SIGCONT, SIGSTOP, pthread_sigmask

from observe import axis_is, observe, observe_status, observe_yes

runs = []
child = os.fork()
if child == 0:
    blocked = axis_is("cont", "blocked")
    signal.signal(SIGCONT, (lambda signo, frame: runs.append(signo)) if blocked else SIG_IGN)
    if blocked:
        pthread_sigmask(SIG_BLOCK, [SIGCONT])
    signal.raise_signal(SIGSTOP)
    observe("child", "continued")
    observe_yes("pending", SIGCONT in signal.sigpending())
    pthread_sigmask(SIG_UNBLOCK, [SIGCONT])
    observe("handler-runs", len(runs))
    os._exit(0)
observe_status("wait", os.waitpid(child, os.WUNTRACED)[1])
os.kill(child, SIGCONT)
observe_status("wait", os.waitpid(child, 0)[1])
