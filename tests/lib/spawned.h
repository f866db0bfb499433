/*
 * What the tests of spawn/ share: the test itself, spawned with the argument `report`, as the child.
 */
#ifndef SPAWNED_H
#define SPAWNED_H

#include <spawn.h>

#include "forked.h"

extern char **environ;
static char *self; /* argv[0] */

static pid_t spawned(const posix_spawnattr_t *attributes, const posix_spawn_file_actions_t *actions)
{
	char *arguments[] = {self, "report", NULL};
	pid_t child;
	CHECK0(posix_spawn(&child, self, actions, attributes, arguments, environ));
	return child;
}

/* Spawns the test with a flag of the attributes set, whose value `attributes` has already. */
UNUSED_OK static pid_t spawned_with(posix_spawnattr_t *attributes, int flag)
{
	CHECK0(posix_spawnattr_setflags(attributes, (short)flag));
	return spawned(attributes, NULL);
}

/* What the signal does in this process. */
UNUSED_OK static const char *action_of(int signo)
{
	struct sigaction action;
	CHECK(sigaction(signo, NULL, &action));
	return action.sa_handler == SIG_IGN ? "ignored" : action.sa_handler == SIG_DFL ? "default" : "caught";
}

#endif
