"""---
# Every line is an example: replace it, or remove it. xtask/src/header.rs tells all the keys.
title: a process blocks SIGUSR1 and sends it to itself; is the signal pending
sender: self-main  # or self-worker, external, kernel, none
posix: unverified  # or required, unspecified, implementation-defined, undefined: once the standard's text is read
posix-note: a blocked signal stays pending until it is unblocked or accepted; nobody has read the text for this yet
source: [CPython Modules/signalmodule.c, Linux kernel/signal.c send_signal_locked(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
portable: block the signal before it can come, and take it with signal.sigwait()
# What only some tests need:
# spec: XSH 2.4.1                             # the section that the verdict rests on
# about: What the title leaves open.          # how the situation comes about, and why it matters
# bugs: [FreeBSD PR 212173]                   # known ones that this test would have caught
# repeat: 50                                  # runs that make a record; 5 where nothing is said
# allowed: {pending: {values: ['no', 'yes'], why: what decides}}  # keys that take several values on one image
# differs: {freebsd-*: why and since when}    # images that differ from the others
# axes: {restart: [restart, no-restart]}      # ways to run it; axis_is("restart", "restart") asks
# variants: [ports]                           # ways to run it that tests/variants.yaml defines
# hang: expected                              # a run that hangs is a behaviour, no accident
# quiet: 400                                  # milliseconds without a move before a hang is believed
# deadline: 60                                # seconds until a run is ended, as a last resort
# cpus: 2                                     # the situation comes about on two CPUs only
# clock: real                                 # virtual time would change what is observed
# interpreter: fresh                          # to be forked from an interpreter that has started would
# systems: [linux]                            # where its interface exists
# user: root                                  # who runs it, if not a user without rights
# guest-only: true                            # it could reach beyond itself
---"""

import os
import signal

from observe import observe_yes

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
observe_yes("pending", signal.SIGUSR1 in signal.sigpending())
