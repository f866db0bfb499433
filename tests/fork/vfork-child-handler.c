/*---
title: a vfork() child sends itself a signal that its parent handles; does the handler run, and does the parent see it?
about: the child shares its parent's memory, and has its handlers until it calls exec
sender: self-worker
posix: unverified # vfork() is in no edition since Issue 7
source: [Linux kernel/fork.c wait_for_vfork_done(), FreeBSD sys/kern/kern_fork.c do_fork()]
portable: >-
  Block all signals around vfork(), and set caught ones to their default before unblocking them in the child; or call
  posix_spawn(), which does so.
---*/
#include "forked.h"
#include "handlers.h"

static volatile pid_t handler_process;

static void note_process(int signo)
{
	handler_process = getpid();
	count_run(signo);
}

static void vfork_in_worker(void)
{
	pid_t child;
	CHECK(child = vfork());
	if (child == 0) {
		kill(getpid(), SIGUSR1);
		signal(SIGUSR1, SIG_DFL);
		_exit(0);
	}
	observe_count("handler-runs-seen", handler_runs);
	observe("handler-ran-in", handler_process == child ? "child" : handler_process ? "parent" : "none");
	observe_end("child", child);
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	observe("handler-ran-in", handler_process == getpid() ? "parent" : "none");
}

int main(void)
{
	handle(SIGUSR1, note_process, 0);
	in_worker("worker", vfork_in_worker);
}
