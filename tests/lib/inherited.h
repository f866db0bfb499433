/*
 * What the tests of masks/ share: a worker whose signal mask can be told from main's, so that whoever inherits a mask
 * can say whose it is. Main blocks USR2 only, the worker USR1 only. A libc that forgets to take back its own blocking
 * around pthread_create, fork or posix_spawn shows as `both and others`.
 */
#ifndef INHERITED_H
#define INHERITED_H

#include "observe.h"

/* Whether the caller blocks anything but USR1 and USR2. */
UNUSED_OK static bool others_are_blocked(void)
{
	for (int signo = 1; signo <= SIGRTMAX; signo++)
		if (signo != SIGUSR1 && signo != SIGUSR2 && is_blocked(signo))
			return true;
	return false;
}

UNUSED_OK static void observe_inherited_mask(void)
{
	bool worker = is_blocked(SIGUSR1), main = is_blocked(SIGUSR2);
	char text[32];
	snprintf(text, sizeof text, "%s%s", worker && main ? "both" : worker ? "worker" : main ? "main" : "none",
		others_are_blocked() ? " and others" : "");
	observe("inherited-mask", text);
}

static void (*situation)(void);

static void *worker_with_a_mask(void *unused)
{
	mask(SIG_UNBLOCK, SIGUSR2);
	mask(SIG_BLOCK, SIGUSR1);
	situation();
	return unused;
}

/* Runs the situation in the worker. */
UNUSED_OK static void in_masked_worker(void (*body)(void))
{
	struct worker worker;

	situation = body;
	mask(SIG_BLOCK, SIGUSR2);
	start(&worker, "worker", worker_with_a_mask, NULL);
	finish(&worker);
}

/* Waits for a child that has reported; ends the run if it could not. */
UNUSED_OK static void reap(pid_t child)
{
	int status;
	CHECK(waitpid(child, &status, 0));
	if (status != 0)
		die("the child's report");
}

#endif
