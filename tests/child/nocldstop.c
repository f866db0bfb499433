/*---
title: a child stops, continues and exits under SA_NOCLDSTOP; when is SIGCHLD pending
sender: kernel
posix: required
posix-note: >-
  With SA_NOCLDSTOP there is no SIGCHLD when a child stops or continues. waitpid() and waitid() report both all the
  same.
spec: XSH sigaction()
source: [Linux kernel/signal.c do_notify_parent_cldstop(), FreeBSD sys/kern/kern_sig.c childproc_jobstate()]
portable: Set SA_NOCLDSTOP unless the program does job control; then SIGCHLD means that a child has ended.
---*/
#include "handlers.h"

int main(void)
{
	struct gate continued = gate_new(), end = gate_new();
	siginfo_t info;
	pid_t child;

	handle(SIGCHLD, count_run, SA_NOCLDSTOP);
	mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork());
	if (child == 0) {
		CHECK(raise(SIGSTOP));
		gate_open(&continued);
		gate_wait(&end);
		_exit(0);
	}
	CHECK(waitid(P_PID, child, &info, WSTOPPED | WNOWAIT));
	observe_yes("pending-after-stop", is_pending(SIGCHLD));
	CHECK(kill(child, SIGCONT));
	gate_wait(&continued);
	CHECK(waitid(P_PID, child, &info, WCONTINUED | WNOWAIT));
	observe_yes("pending-after-continue", is_pending(SIGCHLD));
	gate_open(&end);
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	observe_yes("pending-after-exit", is_pending(SIGCHLD));
}
