/*---
title: pidfd_open() is given the ID of a worker thread; what does it say
sender: none
posix: unverified # no standard has such descriptors
systems: [linux]
source: [Linux kernel/fork.c pidfd_prepare()]
differs:
  debian-sid: Linux 6.12 says EINVAL, 6.18 says ENOENT
portable: Open a pidfd of the process, and send thread-directed signals with pthread_kill().
---*/
#include "handlers.h"
#include "procdesc.h"

int main(void)
{
	struct worker worker;

	start(&worker, "w0", park, NULL);
	observe("main", open_process((pid_t)thread_id(), 0) == -1 ? error_name(errno) : "opened");
	observe("worker", open_process((pid_t)worker.tid, 0) == -1 ? error_name(errno) : "opened");
}
