/*---
title: a worker that blocks SIGXFSZ writes past the file size limit, main is open; is the signal pending on the writer
sender: kernel
posix: required
posix-note: a signal that an action of a thread causes goes to that thread
spec: XSH getrlimit()
source: [Linux fs/read_write.c generic_write_check_limits(), FreeBSD sys/kern/vfs_vnops.c vn_rlimit_fsize()]
differs:
  freebsd-*: >-
    Linux sends it to the writing thread, where it stays pending until unblocked; FreeBSD sends it to the process, and
    main handles it
portable: >-
  Ignore SIGXFSZ and look at EFBIG: then no thread handles what another one did.
---*/
#include <sys/resource.h>
#include "handlers.h"

static struct gate done;

static void *write_past_limit(void *main_tid)
{
	struct rlimit none;
	int file;

	CHECK(file = open("file", O_CREAT | O_WRONLY, 0600));
	CHECK(getrlimit(RLIMIT_FSIZE, &none));
	none.rlim_cur = 0;
	CHECK(setrlimit(RLIMIT_FSIZE, &none));
	mask(SIG_BLOCK, SIGXFSZ);

	await_parked(getpid(), *(long *)main_tid, "read");
	observe("write", write(file, "x", 1) == -1 ? error_name(errno) : "written");
	/* A signal that main is to handle has woken it before write() returned: parked again means handled. */
	await_parked(getpid(), *(long *)main_tid, "read");
	observe_yes("pending-on-writer", is_pending(SIGXFSZ));
	mask(SIG_UNBLOCK, SIGXFSZ);
	gate_open(&done);
	return NULL;
}

int main(void)
{
	long main_tid = thread_id();
	struct worker writer;

	done = gate_new();
	handle_reporting(SIGXFSZ);
	start(&writer, "w0", write_past_limit, &main_tid);
	gate_wait(&done);
}
