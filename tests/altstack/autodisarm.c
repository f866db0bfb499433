/*---
title: with SS_AUTODISARM, can a handler on the alternate stack set another, and is the first back on return
about: >-
  Coroutines and userspace threads switch stacks within a handler. The flag (Linux 4.7) takes the alternate stack away
  while the handler runs, so that a second signal cannot overwrite its frame.
sender: self-main
posix: unspecified
posix-note: The flag is Linux's own. The standard lets no handler change the stack that it runs on (EPERM).
spec: XSH sigaltstack()
source: [Linux kernel/signal.c do_sigaltstack(), Linux include/linux/sched/signal.h on_sig_stack()]
systems: [linux]
portable: Only Linux has the flag; elsewhere a handler must not leave the alternate stack but by siglongjmp() or return.
---*/
#include "altstack.h"

#ifndef SS_AUTODISARM /* linux/signal.h has it, and cannot be included beside signal.h */
#define SS_AUTODISARM (1U << 31)
#endif

static char second[65536];

static void report(int signo)
{
	stack_t stack = {.ss_sp = second, .ss_size = sizeof second};

	(void)signo;
	observe_stack("handler-stack");
	observe_alternate("in-handler");
	observe("set", sigaltstack(&stack, NULL) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate, .ss_flags = (int)SS_AUTODISARM};

	CHECK(sigaltstack(&stack, NULL));
	handle(SIGUSR1, report, SA_ONSTACK);
	CHECK(raise(SIGUSR1));
	observe_alternate("afterwards");
}
