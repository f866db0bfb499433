/*---
title: a kqueue watches a child, by its pid or its process descriptor, that ends before or after; is NOTE_EXIT told, and with which status
sender: none
posix: unverified # no standard has kqueue
systems: [freebsd]
source: [FreeBSD sys/kern/kern_event.c filt_procattach(), FreeBSD sys/kern/sys_procdesc.c procdesc_kqops_event()]
axes: {filter: [proc, procdesc], ends: [before, after]}
portable: Where there is no kqueue, poll a pidfd. Either tells of the end of one process without SIGCHLD.
---*/
#include "procdesc.h"
#include <sys/event.h>

int main(void)
{
	bool by_pid = axis_is("filter", "proc"), before = axis_is("ends", "before");
	struct gate go = gate_new();
	struct kevent event;
	int queue, fd = -1;
	siginfo_t info;
	pid_t child;

	CHECK(child = by_pid ? fork() : fork_watched(&fd));
	if (child == 0) {
		gate_wait(&go);
		_exit(3);
	}
	CHECK(queue = kqueue());
	if (before) {
		gate_open(&go);
		CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	}
	EV_SET(&event, by_pid ? child : fd, by_pid ? EVFILT_PROC : EVFILT_PROCDESC, EV_ADD, NOTE_EXIT, 0, NULL);
	if (kevent(queue, &event, 1, NULL, 0, NULL) == -1) {
		observe("attach", error_name(errno));
		return 0;
	}
	observe("attach", "0");
	if (!before)
		gate_open(&go);
	CHECK(kevent(queue, NULL, 0, &event, 1, NULL));
	observe_yes("note-exit", (event.fflags & NOTE_EXIT) != 0);
	observe_status("status", (int)event.data);
}
