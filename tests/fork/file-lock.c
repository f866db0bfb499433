/*---
title: a worker forks holding a file's lock, made by fcntl() and by flock(); who has it then?
sender: none
posix: required
posix-note: a child inherits no file locks; flock() is not in the standard
spec: XSH fork()
source: [Linux fs/locks.c locks_remove_posix(), FreeBSD sys/kern/kern_descrip.c closef()]
portable: >-
  An fcntl() lock belongs to the process: a child does not have it, and cannot lose it for its parent. A flock() lock
  belongs to the open file: parent and child both have it, and either may release it for both.
---*/
#include "forked.h"
#include <sys/file.h>

static int by_fcntl, by_flock;

static const char *try_fcntl(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return fcntl(by_fcntl, F_SETLK, &lock) == 0 ? "got" : errno == EACCES ? "EAGAIN" : error_name(errno);
}

static void take_and_close(void)
{
	observe("fcntl-in-child", try_fcntl());
	close(by_fcntl); /* releases all locks of its process on the file: hence not its parent's */
	observe("flock-in-child", flock(by_flock, LOCK_EX | LOCK_NB) == 0 ? "got" : error_name(errno));
	CHECK(flock(by_flock, LOCK_UN));
}

static void try_again(void)
{
	int fd;
	observe("fcntl-after-child", try_fcntl());
	CHECK(fd = open("by-flock", O_RDWR));
	observe("flock-after-child", flock(fd, LOCK_EX | LOCK_NB) == 0 ? "got" : error_name(errno));
}

static void lock_and_fork(void)
{
	observe("fcntl-in-parent", try_fcntl());
	CHECK(flock(by_flock, LOCK_EX));
	observe_end("child", forked(take_and_close));
	observe_end("child", forked(try_again));
}

int main(void)
{
	CHECK(by_fcntl = open("by-fcntl", O_RDWR | O_CREAT, 0600));
	CHECK(by_flock = open("by-flock", O_RDWR | O_CREAT, 0600));
	in_worker("worker", lock_and_fork);
}
