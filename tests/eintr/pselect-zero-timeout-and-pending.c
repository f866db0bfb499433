/*---
title: a blocked signal is pending that pselect()'s mask opens, nothing is ready, the timeout is zero; EINTR, or 0?
about: >-
  A loop that has other work asks pselect() or ppoll() with a timeout of zero and means to let pending signals in, too.
sender: self-main
posix: unverified
posix-note: >-
  EINTR is for a call that was interrupted while it waited, before its timeout expired, and a call with a timeout of
  zero does not wait. Whether a signal that is pending counts as such an interruption is not said.
spec: XSH pselect()
source:
  - Linux fs/select.c core_sys_select() do_poll()
  - Linux include/linux/sched/signal.h restore_saved_sigmask_unless()
  - FreeBSD sys/kern/sys_generic.c kern_pselect() kern_poll_kfds() seltdwait()
  - FreeBSD sys/kern/subr_trap.c ast()
differs:
  freebsd-*: >-
    Linux looks for signals before it gives up, and fails with EINTR; FreeBSD does not wait, so nothing interrupts it
  freebsd-13.2: FreeBSD 13 looks for signals before it puts the old mask back, so the handler runs and the call succeeds
portable: >-
  Take 0 and EINTR alike after a timeout of zero, and do not count on the handler having run. To let pending signals in,
  unblock them with pthread_sigmask, which delivers one before it returns.
axes: {call: [pselect, ppoll]}
---*/
#include "masked-poll.h"

int main(void)
{
	const struct timespec at_once = {0};
	struct gate gate = gate_new();

	poll_with_pending_signal(gate.fd[0], &at_once);
}
