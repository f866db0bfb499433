/*---
title: a handler on the alternate stack sets another one, or disables it; is it let
sender: self-main
posix: required
posix-note: An attempt to modify an active stack fails with EPERM, and SS_ONSTACK tells that it is active.
spec: XSH sigaltstack()
source: [Linux kernel/signal.c do_sigaltstack(), FreeBSD sys/kern/kern_sig.c kern_sigaltstack()]
portable: Change the alternate stack from ordinary code only.
---*/
#include "altstack.h"

static char second[65536];

static void report(int signo)
{
	stack_t stack = {.ss_sp = second, .ss_size = sizeof second}, none = {.ss_flags = SS_DISABLE};

	(void)signo;
	observe_stack("handler-stack");
	observe_alternate("in-handler");
	observe("set", sigaltstack(&stack, NULL) == 0 ? "accepted" : error_name(errno));
	observe("disable", sigaltstack(&none, NULL) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	use_alternate();
	handle(SIGUSR1, report, SA_ONSTACK);
	CHECK(raise(SIGUSR1));
	observe_alternate("afterwards");
}
