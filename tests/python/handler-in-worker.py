"""---
title: a worker catches a signal sent to itself while main waits in one way or another; does the Python handler run
about: >-
  What the hangs of python/pause-self-worker.py and python/chld-pause.py come down to, without the question of who
  takes the signal: the worker sends it to itself. Its C handler runs at once; the Python handler runs when main is
  back in the interpreter. The axis `main` has the ways in which main may wait meanwhile.
sender: self-worker
posix: unverified
spec: XSH pthread_kill
source: [CPython Modules/signalmodule.c trip_signal(), CPython Python/ceval.c handle_signals()]
hang: expected
portable: >-
  Wait in a way that comes back: a loop around time.sleep(), or select.select() on the pipe of signal.set_wakeup_fd(),
  which the C handler writes to in whichever thread it runs. Neither signal.pause() nor Thread.join(), Lock.acquire()
  or Event.wait() without a timeout returns when another thread has caught the signal.
axes: {main: [pause, join, lock, event, sleep, wakeup-fd, busy]}
variants: [ports]
---"""

import os
import select
import signal
import threading
import time

from observe import await_parked, axis, observe


def handler(signum, frame):
    main = threading.current_thread() is threading.main_thread()
    observe("handler-thread", "main" if main else "worker")
    handled.set()


def worker():
    if parks:
        await_parked(threading.main_thread(), parks)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    # Blocked by the ports' patch, the signal stays here for good: no way of waiting would ever end.
    if signal.SIGTERM in signal.sigpending():
        observe("signal", "pending on worker")
        os._exit(0)
    handled.wait()


def naps():
    while not handled.is_set():
        time.sleep(0.05)


def spins():
    while not handled.is_set():
        pass


signal.signal(signal.SIGTERM, handler)
caught, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
held = threading.Lock()
held.acquire()
handled = threading.Event()
thread = threading.Thread(target=worker)

# Where main is to be seen parked before the signal is sent, and how it waits.
parks, wait = {
    "pause": ("pause", signal.pause),
    "join": ("lock", thread.join),
    "lock": ("lock", held.acquire),
    "event": ("lock", threading.Event().wait),
    "sleep": (None, naps),
    "wakeup-fd": ("poll", lambda: select.select([caught], [], [])),
    "busy": (None, spins),
}[axis("main")]
thread.start()
wait()
observe("main", "returned")
