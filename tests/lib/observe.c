/*
 * What Python tests and their fork server have of threads.h: built as observe.so, called through ctypes,
 * so that what differs between systems stays there.
 */
#include "threads.h"

void observe_await_parked(int pid, long tid, const char *call);
void observe_let_others_look(void);

void observe_await_parked(int pid, long tid, const char *call)
{
	await_parked(pid, tid, call);
}

void observe_let_others_look(void)
{
	let_others_look();
}
