/*---
title: a process kills its own group, which has a child in it; another child has left the group; who gets the signal, and when
sender: self-main
posix: required
posix-note: >-
  Every process of the group is sent the signal. The sender's own is delivered before the call returns if no other of
  its threads has it unblocked.
spec: XSH kill()
source: [Linux kernel/signal.c __kill_pgrp_info(), FreeBSD sys/kern/kern_sig.c killpg1()]
portable: kill(0, ...) reaches the caller too. Block or ignore the signal first if the caller is to stay out of it.
---*/
#include "handlers.h"

static struct gate ready, leave;

static pid_t child_in(pid_t group)
{
	pid_t child;

	CHECK(child = fork());
	if (child != 0) {
		gate_wait(&ready);
		return child;
	}
	CHECK(setpgid(0, group));
	handle(SIGUSR1, SIG_DFL, 0);
	gate_open(&ready);
	gate_wait(&leave);
	_exit(0);
}

int main(void)
{
	pid_t inside, outside;
	int status;

	ready = gate_new();
	leave = gate_new();
	handle(SIGUSR1, count_run, 0);
	inside = child_in(getpgrp());
	outside = child_in(0);
	CHECK(kill(0, SIGUSR1));
	observe_count("handler-runs", handler_runs);
	CHECK(waitpid(inside, &status, 0));
	observe_status("inside", status);
	gate_open(&leave);
	CHECK(waitpid(outside, &status, 0));
	observe_status("outside", status);
}
