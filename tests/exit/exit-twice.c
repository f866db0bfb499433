/*---
title: main calls exit while a worker's exit is still in an atexit function; does the process end, and with whose status
about: >-
  A worker's exit() takes its time in an atexit function; main ends meanwhile in the ordinary way, by returning.
sender: none
posix: unverified
posix-note: >-
  The 2016 edition calls a second call of exit() undefined, without saying that it means one thread's. The 2024 edition
  was not seen.
spec: XSH exit()
source: [glibc stdlib/exit.c, musl src/exit/exit.c, FreeBSD lib/libc/stdlib/atexit.c __cxa_finalize()]
bugs: [glibc BZ 31997, rust 126600]
hang: expected
differs:
  debian-{13,sid}: glibc holds the second caller of exit() since 2.41
portable: >-
  Let one thread call exit(), and have main not return while another may be doing so. Older C libraries run atexit
  functions in both threads at a time, newer ones hold the second caller until the process ends.
---*/
#include "handlers.h"

static struct gate exiting;

static void never_done(void)
{
	observe("atexit-thread", my_name);
	gate_open(&exiting);
	park(NULL);
}

static void *leave(void *unused)
{
	(void)unused;
	exit(3);
}

int main(void)
{
	struct worker worker;

	exiting = gate_new();
	CHECK(atexit(never_done));
	start(&worker, "w0", leave, NULL);
	gate_wait(&exiting);
	return 4;
}
