"""
What the Python tests of masks/ share, as inherited.h does for the C ones: main blocks USR2 only, a worker USR1 only, so
that whoever inherits a mask can say whose it is. A program of its own reports when it is given the argument `report`.
"""

import sys
import threading
from signal import SIG_BLOCK, SIG_UNBLOCK, SIGUSR1, SIGUSR2, pthread_sigmask

from observe import observe


def observe_inherited_mask():
    blocked = pthread_sigmask(SIG_BLOCK, [])
    owners = [name for name, signo in (("worker", SIGUSR1), ("main", SIGUSR2)) if signo in blocked]
    others = " and others" if blocked - {SIGUSR1, SIGUSR2} else ""
    observe("inherited-mask", ("both" if len(owners) == 2 else owners[0] if owners else "none") + others)


def in_masked_worker(situation):
    def body():
        pthread_sigmask(SIG_UNBLOCK, [SIGUSR2])
        pthread_sigmask(SIG_BLOCK, [SIGUSR1])
        situation()

    if sys.argv[1:] == ["report"]:
        observe_inherited_mask()
        return
    pthread_sigmask(SIG_BLOCK, [SIGUSR2])
    worker = threading.Thread(target=body)
    worker.start()
    worker.join()
