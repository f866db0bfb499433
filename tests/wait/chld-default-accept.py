"""---
title: SIGCHLD is blocked and at its default action, a child exits; does signal.sigtimedwait accept SIGCHLD?
about: >-
  A program that reaps its children after signal.sigwait for SIGCHLD, without a handler, which it believes not to need.
sender: kernel
posix: unspecified
spec: XSH 2.4.1, XBD signal.h
source: [Linux kernel/signal.c sig_ignored() do_notify_parent(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
differs:
  freebsd-*: >-
    Linux keeps what is blocked even if its action is to ignore; FreeBSD discards it unless kern.sig_discard_ign is 0
portable: >-
  Install a handler for SIGCHLD, even one that does nothing, before the first child that you mean to learn of with
  signal.sigwait is started.
---"""

import os
import signal

from observe import observe, observe_yes, signal_name

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
child = os.fork()
if child == 0:
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
observe_yes("pending", signal.SIGCHLD in signal.sigpending())
accepted = signal.sigtimedwait({signal.SIGCHLD}, 0)
observe("sigtimedwait", signal_name(accepted.si_signo) if accepted else "None")
