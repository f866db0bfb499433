"""
A sender outside the process, as in external.h: a child forked while the process has but one thread, since C libraries
block signals around pthread_create and fork.
"""

import os

from observe import await_parked


def external_kill(signo, main_parks):
    """Returns a function to be called with a worker: once that is seen parked in read, and main in `main_parks`, the child kill()s."""
    process = os.getpid()
    told, tell = os.pipe()
    if os.fork() == 0:
        await_parked(int(os.read(told, 16)), "read", process)
        await_parked(0, main_parks, process)
        os.kill(process, signo)
        os._exit(0)
    return lambda worker: os.write(tell, b"%d" % worker.native_id)
