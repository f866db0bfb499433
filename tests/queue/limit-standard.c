/*---
title: the queue is full and sigqueue() sends SIGUSR1 with a value; does it fail, and what arrives
about: >-
  A Linux process lowers its RLIMIT_SIGPENDING first; the limit of FreeBSD is reached anyway.
sender: self-main
posix: required
posix-note: >-
  sigqueue() fails with EAGAIN when it cannot queue the signal. Whether a signal outside the realtime range is queued at
  all is left to the implementation.
spec: XSH sigqueue()
source: [Linux kernel/signal.c __send_signal(), FreeBSD sys/kern/kern_sig.c sigqueue_add()]
differs:
  freebsd-*: >-
    Linux sends a standard signal all the same, but loses its value and says in si_code that it came from kill();
    FreeBSD fails with EAGAIN and sends nothing
portable: >-
  Send values with realtime signals only. A handler that reads si_value checks first that si_code is SI_QUEUE.
---*/
#include "codes.h"
#include "handlers.h"
#include <sys/resource.h>

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("si-code", code_name(signo, info->si_code));
	observe("value", info->si_code == SI_QUEUE && info->si_value.sival_int == 7 ? "kept" : "lost");
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGRTMIN);
#ifdef RLIMIT_SIGPENDING
	CHECK(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){20, 20}));
#endif
	for (int i = 0; sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0; i++)
		if (i == 10000)
			die("filling the queue");
	observe("sigqueue", sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 7}) == -1 ? error_name(errno) : "0");
	observe_yes("pending", is_pending(SIGUSR1));
	mask(SIG_UNBLOCK, SIGUSR1);
}
