/*---
title: a program is spawned with a file action that cannot be done; does posix_spawn() say so, or the child, or nobody?
sender: none
posix: unspecified
posix-note: >-
  either the call returns the error, and there is no child, or the child exits with status 127; that the close of a
  descriptor which is not open is no error is common practice only
spec: XSH posix_spawn()
source: [glibc sysdeps/unix/sysv/linux/spawni.c, musl src/process/posix_spawn.c child(), FreeBSD
  lib/libc/gen/posix_spawn.c process_file_actions_entry()]
axes:
  action: [open, dup2, close]
portable: >-
  Look at the returned error number and take exit status 127 for a failure too. A close of a descriptor that is not open
  is passed over, so do not rely on being told of it.
---*/
#include "spawned.h"

int main(int argc, char **argv)
{
	char *arguments[] = {argv[0], "report", NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status, error;

	if (argc > 1) {
		observe("program", "begins");
		return 0;
	}
	CHECK0(posix_spawn_file_actions_init(&actions));
	if (axis_is("action", "open"))
		CHECK0(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "no-such-file", O_RDONLY, 0));
	else if (axis_is("action", "dup2"))
		CHECK0(posix_spawn_file_actions_adddup2(&actions, 100, STDIN_FILENO));
	else
		CHECK0(posix_spawn_file_actions_addclose(&actions, 100));
	error = posix_spawn(&child, argv[0], &actions, NULL, arguments, environ);
	observe("returned", error_name(error));
	if (waitpid(-1, &status, 0) > 0)
		observe_status("child", status);
	else
		observe("wait", error_name(errno));
}
