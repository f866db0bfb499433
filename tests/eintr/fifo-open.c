/*---
title: a handler interrupts open() of a FIFO that nobody writes to; does it fail with EINTR, or restart?
sender: self-worker
posix: required
posix-note: >-
  open() fails with EINTR when a signal is caught meanwhile. With SA_RESTART a function that can fail so restarts
  instead, unless its own page says otherwise, and this one does not.
spec: XSH sigaction(), XSH open()
source: [Linux fs/pipe.c wait_for_partner(), FreeBSD sys/fs/fifofs/fifo_vnops.c fifo_open()]
portable: Call open() again after EINTR where it may block (FIFOs, terminals), and give every handler SA_RESTART.
axes: {restart: [restart, no-restart], thread: [main, worker]}
---*/
#include "interrupted.h"
#include <sys/stat.h>

static int call(void)
{
	return open("fifo", O_RDONLY);
}

static void release(void)
{
	CHECK(open("fifo", O_WRONLY));
}

int main(void)
{
	CHECK(mkfifo("fifo", 0600));
	interrupt_call("open", call, release);
}
