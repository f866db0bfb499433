/*---
title: a SIGSEGV that was sent is pending and blocked, then a fault raises a real one; do they differ
sender: self-main
posix: undefined
posix-note: >-
  A signal that a call sends stays pending while it is blocked, whichever it is. A fault that raises it while it is
  blocked is undefined.
spec: XSH pthread_sigmask()
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c trapsignal()]
portable: A SIGSEGV from kill() can be blocked, ignored and waited for as any other signal; one from a fault cannot.
---*/
#include "faults.h"

int main(void)
{
	report_faults(0);
	mask(SIG_BLOCK, SIGSEGV);
	CHECK(kill(getpid(), SIGSEGV));
	observe_yes("sent-is-pending", is_pending(SIGSEGV));
	write_to_null();
}
