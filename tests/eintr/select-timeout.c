/*---
title: a handler interrupts select() long before its timeout; does it fail with EINTR, and is the time left told?
sender: self-worker
posix: implementation-defined
posix-note: >-
  With SA_RESTART it is the system's choice whether select() restarts or fails with EINTR; without it EINTR is required.
  It may change the timeout on success, and on failure nothing is said.
spec: XSH pselect()
source: [Linux fs/select.c poll_select_finish(), FreeBSD sys/kern/sys_generic.c kern_select(), musl src/select/select.c]
differs:
  freebsd-*: FreeBSD leaves the timeout as it was; Linux puts the time that is left there
  '*-musl': musl hands Linux a copy, and leaves the timeout as it was; glibc hands it the program's own
portable: >-
  Set the timeout anew before each call, from a deadline of your own. A loop that uses it again waits its whole length
  after each signal on FreeBSD and with musl, and one that counts on its being whole waits shorter with glibc.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/select.h>

static int call(void)
{
	/* Long enough for the signal to come first on any machine, short of the deadline should the wait go on. */
	struct timeval timeout = {.tv_sec = 20};
	int result = select(0, NULL, NULL, NULL, &timeout);

	observe("timeout", timeout.tv_sec == 20 && timeout.tv_usec == 0 ? "kept" : "changed");
	return result;
}

int main(void)
{
	interrupt_call("poll", call, NULL);
}
