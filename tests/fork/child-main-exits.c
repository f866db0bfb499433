/*---
title: the main thread of a forked child ends by pthread_exit(); can a worker there handle a signal and fork?
about: >-
  A process with one thread forks, so that its child may use threads as any process may. musl before 1.2.5 does not
  tell the kernel anew, after fork, which lock to free when a thread has ended: its list of threads stayed locked when
  that child's main thread ended, and the worker hung in pthread_join().
sender: self-worker
posix: required
posix-note: >-
  the process goes on until its last thread has ended, and any of its threads may join the main thread and fork
spec: XSH pthread_exit()
source: [musl src/process/_Fork.c __post_Fork(), glibc nptl/pthread_create.c, FreeBSD lib/libthr/thread/thr_exit.c
  exit_thread()]
bugs: [musl commit 0c277ff1, fixed in 1.2.5]
hang: expected
portable: >-
  On musl before 1.2.5, do not let the main thread of a forked child end by pthread_exit() while others go on: let it
  wait for them.
---*/
#include "forked.h"
#include "handlers.h"

static pthread_t main_thread;

static void end(void)
{
	_exit(0);
}

static void *worker_alone(void *unused)
{
	CHECK0(pthread_join(main_thread, NULL));
	observe("main", "joined");
	CHECK(kill(getpid(), SIGUSR1));
	gate_wait(&handled);
	observe_end("grandchild", forked(end));
	exit(0);
	return unused;
}

static void leave_to_worker(void)
{
	struct worker worker;
	main_thread = pthread_self();
	start(&worker, "worker", worker_alone, NULL);
	pthread_exit(NULL);
}

int main(void)
{
	handle_reporting(SIGUSR1);
	observe_end("child", forked(leave_to_worker));
}
