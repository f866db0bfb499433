/*---
title: a handler runs on the thread in pause(); does it return, with SA_RESTART as well?
sender: self-worker
posix: required
posix-note: pause() returns after the handler has, always with EINTR. There is nothing else it could do.
spec: XSH pause()
source: [Linux kernel/signal.c sys_pause(), FreeBSD lib/libc/gen/pause.c]
portable: >-
  Use sigsuspend() with the signal blocked before: one that comes just before pause() is missed. With several threads
  the handler must run on this very one, so send it with pthread_kill().
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

int main(void)
{
	interrupt_call("pause", pause, NULL);
}
