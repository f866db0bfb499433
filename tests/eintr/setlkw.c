/*---
title: >-
  a handler interrupts fcntl(F_SETLKW), which waits for another process's lock; does it fail with EINTR, or restart?
sender: self-worker
posix: unverified
posix-note: >-
  The page of fcntl() has F_SETLKW fail with EINTR upon return from the handler, and names no exception. SA_RESTART
  restarts functions that can fail so unless otherwise specified. Whether that sentence of fcntl() specifies otherwise,
  the text leaves to its reader.
spec: XSH fcntl(), XSH sigaction()
source: [Linux fs/locks.c do_lock_file_wait(), FreeBSD sys/kern/kern_lockf.c lf_setlock()]
portable: >-
  Call again after EINTR. To give up waiting for a lock, install the handler of the alarm without SA_RESTART, as with it
  the wait goes on for ever.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"

static struct gate locked, unlock;
static int file;

static int lock(void)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return fcntl(file, F_SETLKW, &whole);
}

static void release(void)
{
	gate_open(&unlock);
}

int main(void)
{
	pid_t child;

	locked = gate_new();
	unlock = gate_new();
	CHECK(file = open("file", O_CREAT | O_RDWR, 0600));
	CHECK(child = fork());
	if (child == 0) {
		CHECK(lock());
		gate_open(&locked);
		gate_wait(&unlock);
		_exit(0);
	}
	gate_wait(&locked);
	interrupt_call("file-lock", lock, release);
}
