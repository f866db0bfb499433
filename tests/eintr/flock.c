/*---
title: a handler interrupts flock() on a locked file; does it fail with EINTR, or restart?
sender: self-worker
posix: unverified
posix-note: flock() is not in the standard before the edition of 2024, and nobody has read that one for it yet.
source: [Linux fs/locks.c flock_lock_inode_wait(), FreeBSD sys/kern/kern_lockf.c lf_setlock()]
portable: Call again after EINTR. To give up waiting for a lock, install the handler of the alarm without SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/file.h>

/* Two open file descriptions, each of which can hold the lock: it needs no second process. */
static int ours, theirs;

static int call(void)
{
	return flock(ours, LOCK_EX);
}

static void release(void)
{
	CHECK(flock(theirs, LOCK_UN));
}

int main(void)
{
	CHECK(ours = open("file", O_CREAT | O_RDWR, 0600));
	CHECK(theirs = open("file", O_RDWR));
	CHECK(flock(theirs, LOCK_EX));
	interrupt_call("file-lock", call, release);
}
