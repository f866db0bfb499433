"""
What the Python tests of masks/ share, as inherited.h does for the C ones: main blocks USR2 only, a worker USR1 only, so
that whoever inherits a mask can say whose it is: a thread or a forked child itself, and for a new program heir.c.
"""

import threading
from signal import SIG_BLOCK, SIG_UNBLOCK, SIGUSR1, SIGUSR2, pthread_sigmask

from observe import heir, observe

# The command of a new program that says whose mask it has inherited.
HEIR = heir({"inherited-mask": ["whose-mask"]})


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

    pthread_sigmask(SIG_BLOCK, [SIGUSR2])
    worker = threading.Thread(target=body)
    worker.start()
    worker.join()
