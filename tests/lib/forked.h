/*
 * What the tests of fork/, spawn/ and robust/ share: a child, or a worker, that runs one function, and how it ended.
 */
#ifndef FORKED_H
#define FORKED_H

#include "in_worker.h"

UNUSED_OK static pid_t forked(void (*body)(void))
{
	pid_t child;
	CHECK(child = fork());
	if (child == 0) {
		body();
		_exit(0);
	}
	return child;
}

/* Waits for a child and observes how it ended. */
UNUSED_OK static void observe_end(const char *key, pid_t child)
{
	int status;
	CHECK(waitpid(child, &status, 0));
	observe_status(key, status);
}

#endif
