"""---
title: a process is stopped and continued while it waits, and handles no signal; does Python's call fail with EINTR?
about: >-
  As in stopcont.c. `event-queue` is select.epoll on Linux and select.kqueue on FreeBSD; `recv-timeo` is a blocking
  socket under SO_RCVTIMEO.
sender: external
posix: unverified
source:
  - CPython Modules/selectmodule.c select_epoll_poll_impl() select_kqueue_control_impl()
  - CPython Modules/signalmodule.c signal_sigtimedwait_impl()
  - CPython Modules/socketmodule.c sock_call_ex()
portable: >-
  Since 3.5 Python calls again after EINTR (PEP 475), so nothing needs to be done; only SO_RCVTIMEO starts anew, which
  socket.settimeout does not.
axes: {call: [event-queue, sigtimedwait, recv-timeo]}
---"""

import os
import select
import signal
import socket
import struct

from observe import await_parked, axis, error_name, observe


def event_queue():
    if hasattr(select, "epoll"):
        queue = select.epoll()
        queue.register(reading, select.EPOLLIN)
        return queue.poll()
    return select.kqueue().control([select.kevent(reading, select.KQ_FILTER_READ)], 1)


def sigtimedwait():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    return signal.sigtimedwait({signal.SIGUSR1}, 20)


def recv_timeo():
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 20, 0))
    return ours.recv(1)


reading, writing = os.pipe()
ours, theirs = socket.socketpair()
parked, call = {
    "event-queue": ("poll", event_queue),
    "sigtimedwait": ("sigwait", sigtimedwait),
    "recv-timeo": ("read", recv_timeo),
}[axis("call")]
process = os.getpid()
if os.fork() == 0:
    await_parked(0, parked, process)
    os.kill(process, signal.SIGSTOP)
    await_parked(0, "stopped", process)
    os.kill(process, signal.SIGCONT)
    await_parked(0, parked, process)
    os.write(writing, b"x")
    theirs.send(b"x")
    if call is sigtimedwait:
        os.kill(process, signal.SIGUSR1)
    os._exit(0)
try:
    call()
    observe("call", "returned")
except OSError as error:
    observe("call", error_name(error))
