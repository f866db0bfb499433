/*---
title: setitimer() arms ITIMER_REAL for a hundred seconds, then alarm(0) is called; was it the same timer
sender: none
posix: unspecified
posix-note: How alarm() and setitimer() interact is unspecified.
spec: XSH alarm()
source: [Linux kernel/time/itimer.c alarm_setitimer(), musl src/unistd/alarm.c, FreeBSD lib/libc/gen/alarm.c]
portable: Use either alarm() or setitimer(ITIMER_REAL) in a program, never both.
---*/
#include "timers.h"

int main(void)
{
	struct itimerval left;

	arm_itimer(100000, 0);
	observe_yes("alarm-tells-it", alarm(0) > 0);
	CHECK(getitimer(ITIMER_REAL, &left));
	observe_yes("still-armed", left.it_value.tv_sec > 0);
}
