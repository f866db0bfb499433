"""---
title: a child exits with 0x141, more than eight bits; how much of it do SIGCHLD, os.waitid and os.waitpid tell
sender: kernel
posix: required
posix-note: >-
  waitid() and the siginfo of SIGCHLD have the whole value that was given to exit(); wait() and waitpid() have the low
  eight bits.
spec: XSH _Exit(), 2.13
source: [Linux kernel/exit.c sys_exit_group(), FreeBSD sys/kern/kern_exit.c sys_sys_exit()]
differs:
  freebsd-*: Linux keeps the low eight bits only, for all three; FreeBSD keeps the whole value, as the standard asks
portable: Exit with values between 0 and 255.
---"""

import os
import signal

from observe import observe


def observe_value(key, value):
    observe(key, {0x141: "whole", 0x41: "eight bits"}.get(value, "other"))


# Without a handler FreeBSD would discard SIGCHLD at once.
signal.signal(signal.SIGCHLD, lambda signo, frame: None)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
child = os.fork()
if child == 0:
    os._exit(0x141)
observe_value("sigchld", signal.sigwaitinfo([signal.SIGCHLD]).si_status)
observe_value("waitid", os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT).si_status)
observe_value("waitpid", os.WEXITSTATUS(os.waitpid(child, 0)[1]))
