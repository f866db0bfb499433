/*---
title: a process with fork handlers starts a program; do they run?
sender: none
posix: implementation-defined
posix-note: >-
  implementation-defined for posix_spawn(), unspecified for system(); popen() is said to be as if fork() made the child
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c, FreeBSD lib/libc/stdlib/system.c
  __libc_system(), FreeBSD lib/libc/gen/popen.c popen()]
axes:
  call: [posix-spawn, system, popen]
portable: >-
  Use fork handlers for nothing but what a child that does not call exec needs; no system here runs them for these
  calls.
---*/
#include "spawned.h"

static void prepare(void) { observe("handler", "prepare"); }
static void parent(void) { observe("handler", "parent"); }
static void child(void) { observe("handler", "child"); }

static void start_program(void)
{
	if (axis_is("call", "posix-spawn")) {
		observe_end("child", spawned(NULL, NULL));
	} else if (axis_is("call", "system")) {
		observe_status("child", system("exit 0"));
	} else {
		FILE *pipe = popen("exit 0", "r");
		if (!pipe)
			die("popen");
		observe_status("child", pclose(pipe));
	}
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	self = argv[0];
	CHECK0(pthread_atfork(prepare, parent, child));
	in_worker("worker", start_program);
}
