/*---
title: a child of vfork() stops itself before it execs; does its parent ever go on
sender: self-main
posix: unverified # the standard has had no vfork() since 2008
source: [Linux kernel/fork.c wait_for_vfork_done(), musl src/signal/raise.c, FreeBSD sys/kern/kern_sig.c issignal()]
differs:
  '*-musl': >-
    musl's raise() sends to the thread ID that it has in memory, and after vfork() that is still the parent's: the
    parent stops, once the child has ended
  freebsd-*: >-
    Linux stops the child, and the parent sleeps until somebody else continues it; FreeBSD puts stop signals off while
    a parent waits
axes: {by: [kill, raise]}
hang: expected
portable: >-
  Do nothing between vfork() and exec; raise() is not safe there. A stop signal to a process group can hit someone
  who is between the two: posix_spawn() and Python's subprocess use vfork() as well.
---*/
#include "observe.h"

int main(void)
{
	bool by_kill = axis_is("by", "kill");
	pid_t child = vfork();
	int status;

	if (child == 0) {
		if (by_kill)
			kill(getpid(), SIGSTOP);
		else
			raise(SIGSTOP);
		_exit(3);
	}
	CHECK(child);
	observe("vfork", "returned");
	CHECK(waitpid(child, &status, WUNTRACED));
	observe_status("wait", status);
}
