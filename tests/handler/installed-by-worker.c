/*---
title: a worker installs a handler and ends, then main is signalled; does main run the handler
sender: self-main
posix: required
posix-note: The process has one action for each signal, whichever thread has set it.
spec: XSH 2.4.1
source: [Linux kernel/signal.c do_sigaction(), FreeBSD sys/kern/kern_sig.c kern_sigaction()]
portable: Actions belong to the process, masks to the thread. Install handlers once, before there are threads.
---*/
#include "observe.h"

static void report(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
}

static void *install(void *unused)
{
	handle(SIGUSR1, report, 0);
	return unused;
}

int main(void)
{
	struct worker worker;

	start(&worker, "w0", install, NULL);
	finish(&worker);
	CHECK(raise(SIGUSR1));
	observe("main", "went on");
}
