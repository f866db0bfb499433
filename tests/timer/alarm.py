"""---
title: signal.setitimer arms ITIMER_REAL for a hundred seconds, then signal.alarm(0) is called; was it the same timer
sender: none
posix: unspecified
posix-note: How alarm() and setitimer() interact is unspecified.
spec: XSH alarm()
source: [Linux kernel/time/itimer.c alarm_setitimer(), FreeBSD lib/libc/gen/alarm.c]
portable: Use either signal.alarm() or signal.setitimer(ITIMER_REAL) in a program, never both.
---"""

import signal

from observe import observe_yes

signal.setitimer(signal.ITIMER_REAL, 100)
observe_yes("alarm-tells-it", signal.alarm(0) > 0)
observe_yes("still-armed", signal.getitimer(signal.ITIMER_REAL)[0] > 0)
