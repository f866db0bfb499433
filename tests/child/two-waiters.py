"""---
title: two threads wait for the same child, which then ends; how many get its status, and what does the other get
sender: none
posix: required
posix-note: >-
  One of the threads obtains the status, and it is unspecified which. For the other no child is left, which is ECHILD.
spec: XSH 2.13, wait()
source: [Linux kernel/exit.c child_wait_callback(), FreeBSD sys/kern/kern_exit.c kern_wait6()]
portable: Let one thread wait for a child. If two do, the loser must take ChildProcessError for an answer.
---"""

import os
import signal
import threading

from observe import await_parked, error_name, observe


def wait_for_child():
    try:
        os.waitpid(child, 0)
        outcomes.append("reaped")
    except OSError as error:
        outcomes.append(error_name(error))


outcomes = []
child = os.fork()
if child == 0:
    signal.pause()
workers = [threading.Thread(target=wait_for_child) for _ in range(2)]
for worker in workers:
    worker.start()
    await_parked(worker, "wait")
os.kill(child, signal.SIGKILL)
for worker in workers:
    worker.join()
for outcome in outcomes:
    if outcome != "reaped":
        observe("loser", outcome)
observe("reapers", outcomes.count("reaped"))
