/*---
title: a worker spawns a program that does not exist; does posix_spawn() say so, and is there a child to wait for?
sender: none
posix: unspecified
posix-note: either the call returns the error, and there is no child, or the child exits with status 127
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c, FreeBSD lib/libc/gen/posix_spawn.c
  do_posix_spawn()]
axes:
  call: [posix-spawn, posix-spawnp]
portable: >-
  Look at the returned error number (not errno), and take a child's exit status of 127 for a program that could not be
  started, too.
---*/
#include "spawned.h"

static void spawn(void)
{
	char *arguments[] = {"no-such-program", NULL};
	bool search = axis_is("call", "posix-spawnp");
	pid_t child = -1;
	int status, error = (search ? posix_spawnp : posix_spawn)(&child, "no-such-program", NULL, NULL, arguments, environ);

	observe("returned", error_name(error));
	if (waitpid(-1, &status, 0) > 0)
		observe_status("child", status);
	else
		observe("wait", error_name(errno));
}

int main(void)
{
	in_worker("worker", spawn);
}
