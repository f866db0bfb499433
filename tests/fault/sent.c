/*---
title: SIGSEGV is sent to the process, and its handler returns; does the process go on
sender: self-main
posix: required
posix-note: To return from the handler is undefined after a fault only, not after a signal that a call has sent.
spec: XSH 2.4.3
source: [Linux kernel/signal.c force_sig_info_to_task(), FreeBSD sys/kern/kern_sig.c postsig()]
portable: >-
  An si_code of 0 or less (Linux), or SI_USER, SI_QUEUE or SI_LWP (FreeBSD), says that a process sent it: a handler that
  cannot go on after a fault may return then.
---*/
#include "faults.h"

static void report(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("handler-thread", my_name);
	observe("code", code_name(signo, info->si_code));
}

int main(void)
{
	handle_info(SIGSEGV, report, 0);
	CHECK(kill(getpid(), SIGSEGV));
	observe("main", "went on");
}
