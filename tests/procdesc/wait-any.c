/*---
title: a child that is known by a descriptor ends; is SIGCHLD sent, and do waitpid(-1) and waitpid(pid) find it
sender: kernel
posix: unverified # no standard has such descriptors
source: [Linux kernel/signal.c do_notify_parent(), FreeBSD sys/kern/kern_exit.c proc_to_reap() exit1()]
differs:
  freebsd-*: >-
    On Linux the descriptor changes nothing for the child. A child of FreeBSD's pdfork() belongs to its descriptor: no
    SIGCHLD tells of its end, and waits for any child pass it by
portable: >-
  A library that starts processes of its own can use pdfork() where it is there, and stays out of the program's SIGCHLD
  and wait(). With a pidfd it does not: the program's wait() may take the child.
---*/
#include "handlers.h"
#include "procdesc.h"

int main(void)
{
	pid_t child, found;
	siginfo_t info;
	int status, fd;

	/* Without a handler FreeBSD would discard SIGCHLD at once. */
	handle(SIGCHLD, count_run, 0);
	mask(SIG_BLOCK, SIGCHLD);
	CHECK(child = fork_watched(&fd));
	if (child == 0)
		_exit(3);
	/* Linux wakes poll() before it sends SIGCHLD. */
	CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	observe_yes("sigchld", is_pending(SIGCHLD));
	found = waitpid(-1, &status, 0);
	observe("wait-any", found == child ? "reaped" : error_name(errno));
	found = waitpid(child, &status, 0);
	observe("wait-pid", found == child ? "reaped" : error_name(errno));
	observe_status("status", status);
}
