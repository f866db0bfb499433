/*---
title: a worker writes to a broken pipe, every thread is open; which thread runs the SIGPIPE handler
sender: kernel
posix: required
posix-note: the signal goes to the thread that called write()
spec: XSH write()
source: [Linux fs/pipe.c pipe_write(), FreeBSD sys/kern/sys_generic.c dofilewrite()]
portable: >-
  Ignore SIGPIPE and look at EPIPE, or use MSG_NOSIGNAL: then it does not matter which thread writes.
---*/
#include "handlers.h"

static struct worker idle, writer;

static void *write_broken_pipe(void *main_tid)
{
	struct gate broken = gate_new();

	close(broken.fd[0]);
	await_parked(getpid(), *(long *)main_tid, "read");
	await_parked(getpid(), idle.tid, "read");
	observe("write", write(broken.fd[1], "", 1) == -1 ? error_name(errno) : "written");
	return NULL;
}

int main(void)
{
	long main_tid = thread_id();

	handle_reporting(SIGPIPE);
	start(&idle, "w0", park, NULL);
	start(&writer, "w1", write_broken_pipe, &main_tid);
	gate_wait(&handled);
	finish(&writer);
}
