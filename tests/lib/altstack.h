/*
 * What tests share that have an alternate stack for handlers: one of ample size, and what a thread can tell of it.
 */
#ifndef ALTSTACK_H
#define ALTSTACK_H

#include <stdint.h>

#include "observe.h"

static char alternate[65536]; /* SIGSTKSZ is no constant in glibc since 2.34 */

UNUSED_OK static void use_alternate(void)
{
	stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
	CHECK(sigaltstack(&stack, NULL));
}

/* Whether the caller runs on it. */
UNUSED_OK static bool on_alternate(void)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0), base = (uintptr_t)alternate;
	return here >= base && here < base + sizeof alternate;
}

UNUSED_OK static void observe_stack(const char *key)
{
	observe(key, on_alternate() ? "alternate" : "ordinary");
}

/* Whether the thread has one, as sigaltstack() tells. */
UNUSED_OK static void observe_alternate(const char *key)
{
	stack_t stack;
	CHECK(sigaltstack(NULL, &stack));
	if (stack.ss_flags & SS_DISABLE)
		observe(key, "none");
	else if (stack.ss_sp != alternate)
		observe(key, "other");
	else
		observe(key, stack.ss_flags & SS_ONSTACK ? "in use" : "set");
}

#endif
