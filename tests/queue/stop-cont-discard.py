"""---
title: SIGTSTP, SIGCONT and SIGTSTP again are sent to a process that blocks both; what does each leave pending
sender: self-main
posix: required
posix-note: A stop signal discards every pending SIGCONT of the process, and SIGCONT every pending stop signal.
spec: XSH 2.4.1
source: [Linux kernel/signal.c prepare_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
portable: Of stop signals and SIGCONT only the last one counts, even while both are blocked.
---"""

import os
from signal import SIG_BLOCK, SIGCONT, SIGTSTP, pthread_sigmask, sigpending

from observe import observe


def observe_pending(key):
    pending = [name for name, signo in (("TSTP", SIGTSTP), ("CONT", SIGCONT)) if signo in sigpending()]
    observe(key, "both" if len(pending) == 2 else pending[0] if pending else "none")


pthread_sigmask(SIG_BLOCK, [SIGTSTP, SIGCONT])
os.kill(os.getpid(), SIGTSTP)
observe_pending("after-tstp")
os.kill(os.getpid(), SIGCONT)
observe_pending("after-cont")
os.kill(os.getpid(), SIGTSTP)
observe_pending("after-second-tstp")
