/*---
title: sigaltstack() is given SS_ONSTACK, or an unknown flag; is it refused
about: Code that saves the old setting while on the alternate stack, and restores it later, passes SS_ONSTACK.
sender: none
posix: required
posix-note: Any flag but SS_DISABLE is EINVAL.
spec: XSH sigaltstack()
source:
  - Linux kernel/signal.c do_sigaltstack()
  - musl src/signal/sigaltstack.c
  - FreeBSD sys/kern/kern_sig.c kern_sigaltstack()
differs:
  '*-musl': musl refuses SS_ONSTACK, as the standard asks, before it calls Linux, which takes it for 0
  freebsd-*: FreeBSD refuses SS_ONSTACK, as the standard asks; Linux takes it for 0
portable: Set ss_flags to 0 or SS_DISABLE, and clear SS_ONSTACK in a setting that you restore.
---*/
#include "altstack.h"

static void try_flags(const char *key, int flags)
{
	stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate, .ss_flags = flags};
	observe(key, sigaltstack(&stack, NULL) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	try_flags("onstack", SS_ONSTACK);
	try_flags("unknown", 0x1000);
	try_flags("none", 0);
}
