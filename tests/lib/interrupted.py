"""
What the Python tests of eintr/ share, as interrupted.h does for the C ones: one blocking call, made by main or a worker
(axis `thread`; without it, main), interrupted by a signal with or without SA_RESTART (axis `restart`, through
siginterrupt). Python calls again after EINTR (PEP 475), so what differs is when its handler runs: during the call, or
only after it.
"""

import os
import signal
import threading

from observe import await_parked, axis, observe


def interrupt_call(parked, call, release, parked_again=None):
    """Interrupts `call` once it is seen asleep in `parked`, and calls `release` to end it once it is asleep again, then in `parked_again`."""
    released = False

    def handler(signo, frame):
        thread = threading.current_thread()
        observe("handler-thread", "main" if thread is threading.main_thread() else thread.name)
        observe("handler-ran", "after the call" if released else "during the call")

    def interrupt(target):
        nonlocal released
        if target is not threading.main_thread():
            await_parked(threading.main_thread(), "read")
        await_parked(target, parked)
        signal.pthread_kill(target.ident, signal.SIGUSR1)
        os.read(tripped, 1)
        await_parked(target, parked_again or parked)
        released = True
        release()

    def caller():
        sender = threading.Thread(target=interrupt, args=[threading.current_thread()])
        sender.start()
        try:
            call()
            observe("call", "returned")
        except InterruptedError:
            observe("call", "EINTR")
        sender.join()

    def worker():
        caller()
        os.write(finish, b"x")

    # The C handler writes here as it runs: the only way to know that it has, when the Python one is put off.
    tripped, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.set_wakeup_fd(wakeup)
    signal.signal(signal.SIGUSR1, handler)
    signal.siginterrupt(signal.SIGUSR1, axis("restart") == "no-restart")
    if "SIGMATRIX_THREAD" not in os.environ or axis("thread") == "main":
        caller()
    else:
        # Main must be asleep when the signal comes, or it runs the handler as soon as it runs anything: in read, for
        # a thread in join cannot be told from one that waits for the interpreter's lock.
        finished, finish = os.pipe()
        threading.Thread(target=worker, name="worker").start()
        os.read(finished, 1)
