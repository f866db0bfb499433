/*---
title: a process that holds a file's fcntl() lock is killed while another waits for it; does that one get it?
sender: external
posix: required
posix-note: all of a process's locks on a file are removed when it closes the file or ends
spec: XSH fcntl()
source: [Linux fs/locks.c locks_remove_posix(), FreeBSD sys/kern/kern_descrip.c closef()]
hang: expected
portable: >-
  An fcntl() lock never outlives its process. It says nothing of the data, though: where that may be left half written,
  find out after each lock.
---*/
#include "forked.h"

static struct gate held, never;
static int file;

static void lock(const char *key)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	observe(key, fcntl(file, F_SETLKW, &lock) == 0 ? "got" : error_name(errno));
}

static void hold(void)
{
	lock("lock-of-owner");
	gate_open(&held);
	gate_wait(&never);
}

static void *waiter(void *unused)
{
	lock("lock-of-waiter");
	return unused;
}

int main(void)
{
	struct worker worker;
	pid_t owner;

	held = gate_new();
	never = gate_new();
	CHECK(file = open("locked", O_RDWR | O_CREAT, 0600));
	owner = forked(hold);
	gate_wait(&held);
	start(&worker, "waiter", waiter, NULL);
	await_parked(getpid(), worker.tid, "file-lock");
	CHECK(kill(owner, SIGKILL));
	observe_end("owner", owner);
	finish(&worker);
}
