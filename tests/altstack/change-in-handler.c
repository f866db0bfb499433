/*---
title: a handler on the ordinary stack sets, or disables, the alternate stack and returns; does the change last
sender: self-main
posix: required
posix-note: >-
  What sigaltstack() is given takes effect as it returns. Nothing says that a handler's return takes it back, as it does
  the signal mask.
spec: XSH sigaltstack()
source:
  - Linux kernel/signal.c restore_altstack()
  - Linux arch/x86/kernel/signal_64.c
  - FreeBSD sys/amd64/amd64/exec_machdep.c sys_sigreturn()
axes: {change: [set, disable]}
differs:
  freebsd-*: >-
    Linux sets back, as a handler returns, the alternate stack that was in effect when it was called; FreeBSD leaves
    what the handler has set
portable: >-
  Call sigaltstack() before any handler can run. Linux undoes on return what a handler has changed of it.
---*/
#include "altstack.h"

static void change(int signo)
{
	stack_t none = {.ss_flags = SS_DISABLE};

	(void)signo;
	observe_stack("handler-stack");
	if (axis_is("change", "set"))
		use_alternate();
	else
		CHECK(sigaltstack(&none, NULL));
	observe_alternate("in-handler");
}

int main(void)
{
	/* Linux tells "disabled" from "never set", a state that comes down through fork and exec from the ancestors. */
	if (axis_is("change", "set"))
		CHECK(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
	else
		use_alternate();
	handle(SIGUSR1, change, 0);
	CHECK(raise(SIGUSR1));
	observe_alternate("afterwards");
}
