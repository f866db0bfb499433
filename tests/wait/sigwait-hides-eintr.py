"""---
title: a signal with a handler comes while main waits for another one; does Python run the handler before the wait ends?
about: >-
  CPython runs Python handlers only when a C call has returned. sigwait() does not return for a signal that it does not
  wait for, so Ctrl-C or SIGTERM cannot end a program that waits in it.
sender: self-worker
posix: unverified
source:
  - CPython Modules/signalmodule.c signal_sigwait_impl() signal_sigwaitinfo_impl() signal_sigtimedwait_impl()
  - glibc sysdeps/unix/sysv/linux/sigwait.c
  - FreeBSD lib/libthr/thread/thr_sig.c __thr_sigwait()
portable: >-
  Wait with signal.sigwaitinfo or signal.sigtimedwait, in which Python runs its handlers; signal.sigwait puts them off
  until it returns.
axes: {call: [sigwait, sigwaitinfo, sigtimedwait]}
---"""

import os
import signal
import threading

from observe import await_parked, axis, observe


def handler(signo, frame):
    observe("handler-ran", "after the wait" if released else "during the wait")


def interrupt():
    global released
    await_parked(main, "sigwait")
    signal.pthread_kill(main.ident, signal.SIGUSR1)
    os.read(tripped, 1)
    await_parked(main, "sigwait")
    released = True
    signal.pthread_kill(main.ident, signal.SIGUSR2)


released = False
main = threading.main_thread()
# The C handler writes here as it runs: the only way to know that it has, when the Python one is put off.
tripped, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
signal.signal(signal.SIGUSR1, handler)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
threading.Thread(target=interrupt).start()
wait = {
    "sigwait": signal.sigwait,
    "sigwaitinfo": signal.sigwaitinfo,
    "sigtimedwait": lambda signals: signal.sigtimedwait(signals, 20),
}[axis("call")]
wait({signal.SIGUSR2})
observe("call", "returned")
