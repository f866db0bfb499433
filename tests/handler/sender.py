"""---
title: another process sends a signal; does signal.sigwaitinfo tell the sender's process and user
about: A Python handler is not told who sent the signal; signal.sigwaitinfo is what tells it.
sender: external
posix: required
posix-note: With SI_USER, si_pid and si_uid are the sender's process and its real user.
spec: XSH 2.4.3
source: [CPython Modules/signalmodule.c fill_siginfo()]
portable: Block the signal and accept it with signal.sigwaitinfo() where you have to know who sent it.
---"""

import os
import signal

from observe import observe_yes

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
sender = os.fork()
if sender == 0:
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
os.waitpid(sender, 0)
info = signal.sigwaitinfo({signal.SIGUSR1})
observe_yes("pid-is-senders", info.si_pid == sender)
observe_yes("uid-is-senders", info.si_uid == os.getuid())
