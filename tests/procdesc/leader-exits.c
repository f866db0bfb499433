/*---
title: a child's main thread has called pthread_exit() and its worker lives; does the child's descriptor say that it has ended
sender: none
posix: unverified # no standard has such descriptors
source: [Linux fs/pidfs.c pidfd_poll(), FreeBSD sys/kern/sys_procdesc.c procdesc_exit()]
portable: A process ends with its last thread, and descriptors and wait() see it so.
---*/
#include "procdesc.h"

static struct gate leader_gone, go;
static pthread_t leader;

static void *outlive(void *unused)
{
	CHECK0(pthread_join(leader, NULL));
	gate_open(&leader_gone);
	gate_wait(&go);
	_exit(3);
	return unused;
}

int main(void)
{
	struct worker worker;
	int status, fd;
	pid_t child;

	leader_gone = gate_new();
	go = gate_new();
	CHECK(child = fork_watched(&fd));
	if (child == 0) {
		leader = pthread_self();
		start(&worker, "w0", outlive, NULL);
		pthread_exit(NULL);
	}
	gate_wait(&leader_gone);
	observe_yes("ended", strcmp(polled(fd, 0), "nothing") != 0);
	gate_open(&go);
	polled(fd, -1);
	CHECK(waitpid(child, &status, 0));
	observe_status("wait", status);
}
