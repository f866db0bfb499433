/*---
title: a child exits, SIGCHLD is at its default or ignored; does a pidfd (Linux) or EVFILT_PROC (FreeBSD) tell it?
about: >-
  An event loop waits for children through a descriptor and no signal at all. Where SIGCHLD is ignored, wait() has
  nothing to tell of them.
sender: kernel
posix: unverified # the standard has neither; that waitpid() fails with ECHILD it requires
spec: XSH wait()
source:
  - "Linux fs/pidfs.c pidfd_poll() (kernel/fork.c before 6.9)"
  - FreeBSD sys/kern/kern_event.c filt_proc()
  - FreeBSD sys/kern/kern_exit.c exit1()
differs:
  freebsd-*: >-
    kevent() gives the exit status along, even where wait() has none; Linux' pidfd says only that the child has exited
portable: >-
  Behind one small function of your own, watch a child with pidfd_open() on Linux and with EVFILT_PROC and NOTE_EXIT on
  FreeBSD: both work whatever becomes of SIGCHLD and whichever thread would have taken it.
axes: {disposition: [default, ignored]}
---*/
#ifdef __linux__
#include <sys/syscall.h>
#else
#include <sys/event.h>
#endif
#include "observe.h"

static int watch(pid_t child)
{
	int fd;
#ifdef __linux__
	CHECK(fd = (int)syscall(SYS_pidfd_open, child, 0));
#else
	struct kevent event;
	CHECK(fd = kqueue());
	EV_SET(&event, child, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
	CHECK(kevent(fd, &event, 1, NULL, 0, NULL));
#endif
	return fd;
}

int main(void)
{
	struct gate leave = gate_new();
	struct pollfd exited = {.events = POLLIN};
	int status;
	pid_t child;

	if (axis_is("disposition", "ignored"))
		handle(SIGCHLD, SIG_IGN, 0);
	CHECK(child = fork());
	if (child == 0) {
		gate_wait(&leave);
		_exit(7);
	}
	exited.fd = watch(child);
	observe("while-alive", poll(&exited, 1, 0) == 0 ? "none ready" : "ready");
	gate_open(&leave);
	CHECK(poll(&exited, 1, -1));
	observe("after-exit", "ready");
#ifdef __linux__
	observe("descriptor", "no status");
#else
	struct kevent event;
	CHECK(kevent(exited.fd, NULL, 0, &event, 1, NULL));
	observe_status("descriptor", (int)event.data);
#endif
	if (waitpid(child, &status, 0) == -1)
		observe("waitpid", error_name(errno));
	else
		observe_status("waitpid", status);
}
