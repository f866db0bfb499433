/*---
title: an action is set with all its flags, and read back; is it the same, and what of a flag that nobody knows
about: >-
  Programs read an action, change its handler and set it again; and ask for a new flag without knowing whether the
  kernel has it. On Linux a C library adds a flag of its own (SA_RESTORER), which it may or may not hide.
sender: none
posix: required
posix-note: >-
  The action that was set before is what is read back. Whether sa_mask still names SIGKILL is unspecified; flags that
  are not in the standard are not mentioned.
spec: XSH sigaction()
source:
  - Linux kernel/signal.c do_sigaction()
  - glibc sysdeps/unix/sysv/linux/libc_sigaction.c
  - musl src/signal/sigaction.c
  - FreeBSD sys/kern/kern_sig.c kern_sigaction()
differs:
  debian-11: Linux drops unknown flags since 5.11, and gives them back before that
  freebsd-*: >-
    FreeBSD refuses an unknown flag, and its thread library gives back the action that it was given, SIGKILL in sa_mask
    as well; Linux takes the flag, and SA_RESTORER is seen among the flags that it gives back
portable: Compare single flags with &, never sa_flags as a whole.
---*/
#include "observe.h"

enum { UNKNOWN = 0x00200000 };

static void never(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
}

int main(void)
{
	int flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SA_NODEFER | (int)SA_RESETHAND;
	struct sigaction set = {.sa_sigaction = never, .sa_flags = flags}, read;

	sigemptyset(&set.sa_mask);
	sigaddset(&set.sa_mask, SIGUSR2);
	sigaddset(&set.sa_mask, SIGKILL);
	CHECK(sigaction(SIGUSR1, &set, NULL));
	CHECK(sigaction(SIGUSR1, NULL, &read));
	observe_yes("handler-same", read.sa_sigaction == never);
	observe_yes("flags-there", (read.sa_flags & flags) == flags);
	observe_yes("flags-added", read.sa_flags & ~flags);
	observe_yes("mask-names-usr2", sigismember(&read.sa_mask, SIGUSR2) == 1);
	observe_yes("mask-names-kill", sigismember(&read.sa_mask, SIGKILL) == 1);
	set.sa_flags |= UNKNOWN;
	observe("unknown-flag", sigaction(SIGUSR1, &set, NULL) == 0 ? "accepted" : error_name(errno));
	CHECK(sigaction(SIGUSR1, NULL, &read));
	observe_yes("unknown-flag-there", read.sa_flags & UNKNOWN);
}
