/*
 * What Python tests and their fork server have of threads.h: built as observe.so, called through ctypes,
 * so that what differs between systems stays there.
 */
#include <sys/wait.h>

#include "threads.h"

void observe_await_parked(int pid, long tid, const char *call);
void observe_let_others_look(void);
int observe_fork_orphan(void);

void observe_await_parked(int pid, long tid, const char *call)
{
	await_parked(pid, tid, call);
}

void observe_let_others_look(void)
{
	let_others_look();
}

/*
 * Forks a process that is not this one's child but, from when this returns in it, its reaper's; 0 in that process. The process in between shares our
 * memory, for to copy that takes most of the time of a fork; it only forks and ends while we stand still.
 */
int observe_fork_orphan(void)
{
	int held[2], status;
	char byte;
	if (pipe(held) == -1)
		return -1;
	pid_t between = vfork();
	if (between == 0) {
		pid_t orphan = fork();
		if (orphan != 0)
			_exit(orphan == -1);
		close(held[1]);
		while (read(held[0], &byte, 1) == -1 && errno == EINTR)
			;
		close(held[0]);
		return 0;
	}
	while (between != -1 && waitpid(between, &status, 0) == -1 && errno == EINTR)
		;
	close(held[0]);
	close(held[1]);
	return between == -1 || status != 0 ? -1 : 1;
}
