/*---
title: a descriptor is ready, and a blocked signal is pending that pselect()'s mask opens; is it handled meanwhile?
about: >-
  A loop that opens its signals only inside pselect() or ppoll() reads a busy descriptor for ever: if a ready descriptor
  goes before the signal, the handler never runs.
sender: self-main
posix: unverified
posix-note: >-
  The mask is replaced before the descriptors are examined and restored before the call returns; that a signal which is
  pending then must be delivered in between is not said, as it is for pthread_sigmask().
spec: XSH pselect(), XSH pthread_sigmask()
source:
  - Linux fs/select.c do_pselect() do_sys_poll()
  - Linux include/linux/sched/signal.h restore_saved_sigmask_unless()
  - FreeBSD sys/kern/sys_generic.c kern_pselect() kern_poll_kfds()
  - FreeBSD sys/kern/subr_trap.c ast()
differs:
  freebsd-13.2: >-
    Linux puts the old mask back before it looks for signals unless the call failed with EINTR; FreeBSD 13 looks for
    signals first, so the handler runs and the call succeeds all the same
portable: >-
  Do not count on pselect() or ppoll() to let a signal in while descriptors are ready, nor on the contrary. Write to a
  pipe in the handler and watch the pipe, or open the mask for a moment in each turn of the loop.
axes: {call: [pselect, ppoll]}
---*/
#include "masked-poll.h"

int main(void)
{
	struct gate gate = gate_new();

	gate_open(&gate);
	poll_with_pending_signal(gate.fd[0], NULL);
}
