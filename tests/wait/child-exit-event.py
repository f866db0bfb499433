"""---
title: a child exits, SIGCHLD is at its default or ignored; does os.pidfd_open or select.kqueue tell it?
about: As in child-exit-event.c.
sender: kernel
posix: unverified # the standard has neither; that waitpid() fails with ECHILD it requires
spec: XSH wait()
source: ["Linux fs/pidfs.c pidfd_poll() (kernel/fork.c before 6.9)", FreeBSD sys/kern/kern_event.c filt_proc()]
differs:
  freebsd-*: >-
    the event gives the exit status along, even where os.waitpid has none; Linux' pidfd says only that the child has
    exited
portable: >-
  asyncio's child watchers do this since 3.12 where os.pidfd_open exists. In code of your own watch os.pidfd_open
  (Linux, 3.9) or select.kqueue with KQ_FILTER_PROC (FreeBSD): both work whatever becomes of SIGCHLD.
axes: {disposition: [default, ignored]}
---"""

import os
import select
import signal

from observe import axis_is, error_name, observe, observe_status

if axis_is("disposition", "ignored"):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
until_told, leave = os.pipe()
child = os.fork()
if child == 0:
    os.read(until_told, 1)
    os._exit(7)
if hasattr(os, "pidfd_open"):
    descriptor = os.pidfd_open(child)
else:
    descriptor = select.kqueue()
    event = select.kevent(child, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
    descriptor.control([event], 0)
observe("while-alive", "ready" if select.select([descriptor], [], [], 0)[0] else "none ready")
os.write(leave, b"x")
select.select([descriptor], [], [])
observe("after-exit", "ready")
if hasattr(os, "pidfd_open"):
    observe("descriptor", "no status")
else:
    observe_status("descriptor", descriptor.control(None, 1)[0].data)
try:
    observe_status("waitpid", os.waitpid(child, 0)[1])
except ChildProcessError as error:
    observe("waitpid", error_name(error))
