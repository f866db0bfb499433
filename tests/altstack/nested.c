/*---
title: a second signal comes while a handler runs on the alternate stack; on which stack does its handler run
about: Asked with and without SA_ONSTACK for the second one.
sender: self-main
posix: unspecified
posix-note: >-
  On some systems a signal that comes while another is handled on the alternate stack is always handled there, whether
  its handler asks for it or not.
spec: XSH sigaltstack()
source: [Linux include/linux/sched/signal.h sas_ss_flags(), FreeBSD sys/amd64/amd64/exec_machdep.c sendsig()]
axes: {second: [onstack, ordinary]}
portable: >-
  Make the alternate stack large enough for all handlers that can nest, those without SA_ONSTACK too.
---*/
#include "altstack.h"

static void report_second(int signo)
{
	(void)signo;
	observe_stack("second-stack");
}

static void report_first(int signo)
{
	volatile char canary = 42;

	(void)signo;
	observe_stack("first-stack");
	CHECK(raise(SIGUSR2));
	observe_yes("first-frame-intact", canary == 42);
}

int main(void)
{
	use_alternate();
	handle(SIGUSR1, report_first, SA_ONSTACK);
	handle(SIGUSR2, report_second, axis_is("second", "onstack") ? SA_ONSTACK : 0);
	CHECK(raise(SIGUSR1));
}
