/*---
title: a handler changes the uc_sigmask of its context; is that the mask when it has returned
about: Userspace schedulers change the mask of the code that they interrupted this way.
sender: self-main
posix: unspecified
posix-note: >-
  The third argument refers to the context that was interrupted. On return the original mask is restored; whether that
  is read from the context is not said.
spec: XSH sigaction()
source:
  - Linux arch/x86/kernel/signal_64.c
  - FreeBSD sys/amd64/amd64/exec_machdep.c sys_sigreturn()
  - FreeBSD lib/libthr/thread/thr_sig.c handle_signal()
portable: It works on Linux and FreeBSD. A jump with siglongjmp() to another mask is what the standard knows.
---*/
#include <ucontext.h>

#include "observe.h"

static void change(int signo, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;

	(void)signo;
	(void)info;
	sigaddset(&interrupted->uc_sigmask, SIGUSR2);
	sigdelset(&interrupted->uc_sigmask, SIGTERM);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = change, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	mask(SIG_BLOCK, SIGTERM);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	CHECK(raise(SIGUSR1));
	observe_yes("added-is-blocked", is_blocked(SIGUSR2));
	observe_yes("removed-is-blocked", is_blocked(SIGTERM));
}
