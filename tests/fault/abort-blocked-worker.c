/*---
title: a worker that blocks SIGABRT calls abort(); is the process killed, by which signal
about: Also where SIGABRT is ignored, and where its handler returns.
sender: self-worker
posix: required
posix-note: >-
  abort() overrides that SIGABRT is blocked or ignored, and ends the process unless a handler does not return. The
  status is that of a process which SIGABRT has ended.
spec: XSH abort()
source: [FreeBSD lib/libc/stdlib/abort.c abort(), glibc stdlib/abort.c, musl src/exit/abort.c]
bugs: [glibc BZ 26275]
axes: {abrt: [blocked, ignored, handled]}
differs:
  debian-13*: >-
    musl, and glibc 2.41 with an abort() that is safe in handlers, set the default action before they unblock SIGABRT,
    so that a handler does not run where it was blocked; older glibc and FreeBSD unblock it first
  debian-sid: as debian-13
portable: >-
  Nothing but a handler that jumps out keeps abort() from ending the process. Leave SIGABRT open in all threads if its
  handler is to run.
---*/
#include "observe.h"

static void report(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
}

static void *call_abort(void *unused)
{
	if (axis_is("abrt", "blocked"))
		mask(SIG_BLOCK, SIGABRT);
	abort();
	return unused;
}

int main(void)
{
	struct worker worker;

	handle(SIGABRT, axis_is("abrt", "ignored") ? SIG_IGN : report, 0);
	start(&worker, "w0", call_abort, NULL);
	finish(&worker);
}
