/*---
title: the handler has SA_ONSTACK, main has an alternate stack, the worker none; where does the worker run the handler
about: A library that installs such handlers knows nothing of the threads of the program.
sender: self-worker
posix: required
posix-note: The alternate stack is the thread's own; where none was declared the current stack is used.
spec: XSH sigaction()
source: [Linux arch/x86/kernel/signal.c get_sigframe(), FreeBSD sys/amd64/amd64/exec_machdep.c sendsig()]
portable: SA_ONSTACK does no harm in threads without an alternate stack; the handler runs on their own.
---*/
#include "altstack.h"

static void report(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
	observe_stack("handler-stack");
}

static void *signal_itself(void *unused)
{
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	return unused;
}

int main(void)
{
	struct worker worker;

	use_alternate();
	handle(SIGUSR1, report, SA_ONSTACK);
	start(&worker, "w0", signal_itself, NULL);
	finish(&worker);
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
}
