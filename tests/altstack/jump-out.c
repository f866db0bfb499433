/*---
title: a handler leaves the alternate stack with siglongjmp(); does the system know, when the next signal comes
about: >-
  Systems that keep a flag instead of looking at the stack pointer would take the alternate stack to be in use for good,
  and run the next handler on the ordinary one.
sender: self-main
posix: unspecified
posix-note: siglongjmp() restores the mask that was saved; what it does to the state of an alternate stack is not said.
spec: XSH siglongjmp()
source: [Linux include/linux/sched/signal.h on_sig_stack(), FreeBSD sys/kern/kern_sig.c sigonstack()]
portable: >-
  Leave a handler with siglongjmp() to a sigsetjmp() that saved the mask; the alternate stack is free again then.
---*/
#include <setjmp.h>

#include "altstack.h"

static sigjmp_buf before;

static void jump(int signo)
{
	(void)signo;
	observe_stack("handler-stack");
	observe_alternate("in-handler");
	siglongjmp(before, 1);
}

int main(void)
{
	static volatile int jumps;

	use_alternate();
	handle(SIGUSR1, jump, SA_ONSTACK);
	if (sigsetjmp(before, 1) != 0)
		jumps++;
	observe_alternate("in-main");
	if (jumps < 2)
		CHECK(raise(SIGUSR1));
}
