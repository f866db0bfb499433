/*---
title: a process ends, and the group of its child becomes orphaned; what is the child sent, stopped and running
about: >-
  A group is orphaned when none of its members has a parent in the same session but in another group: nobody is left
  who would continue it.
sender: kernel
posix: required
posix-note: If a member of a group that becomes orphaned is stopped, all its members are sent SIGHUP and then SIGCONT.
spec: XSH _Exit()
source: [Linux kernel/exit.c kill_orphaned_pgrp(), FreeBSD sys/kern/kern_proc.c orphanpg()]
axes: {child: [stopped, running]}
portable: A daemon that is to outlive a stopped shell must take SIGHUP into account, or call setsid().
---*/
#include "handlers.h"

static volatile sig_atomic_t hup, cont;

static void on_signal(int signo)
{
	if (signo == SIGHUP)
		hup = 1;
	else
		cont = 1;
}

int main(void)
{
	struct gate orphaned = gate_new(), ready = gate_new();
	bool stopped = axis_is("child", "stopped");
	pid_t parent, child;
	int done[2];
	char byte;

	CHECK(pipe(done));
	CHECK(parent = fork());
	if (parent == 0) {
		CHECK(child = fork());
		if (child != 0) {
			close(done[1]);
			if (stopped)
				CHECK(waitpid(child, NULL, WUNTRACED));
			else
				gate_wait(&ready);
			_exit(0);
		}
		handle(SIGHUP, on_signal, SA_RESTART);
		handle(SIGCONT, on_signal, SA_RESTART);
		CHECK(setpgid(0, 0));
		if (stopped)
			CHECK(raise(SIGSTOP));
		else
			gate_open(&ready);
		gate_wait(&orphaned);
		observe_yes("hup", hup);
		observe_yes("cont", cont);
		_exit(0);
	}
	close(done[1]);
	CHECK(waitpid(parent, NULL, 0));
	gate_open(&orphaned);
	CHECK(read(done[0], &byte, 1)); /* the end of file, when the grandchild has ended */
}
