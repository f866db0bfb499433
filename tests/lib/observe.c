/*
 * await_parked() for Python: built as observe.so, called by observe.py through ctypes,
 * so that what differs between systems stays in threads.h.
 */
#include "threads.h"

void observe_await_parked(int pid, long tid, const char *call);

void observe_await_parked(int pid, long tid, const char *call)
{
	await_parked(pid, tid, call);
}
