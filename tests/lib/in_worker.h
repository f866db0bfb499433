/*
 * One function run in a worker, while main waits.
 */
#ifndef IN_WORKER_H
#define IN_WORKER_H

#include "observe.h"

static void (*in_worker_body)(void);

static void *run_in_worker(void *unused)
{
	in_worker_body();
	return unused;
}

UNUSED_OK static void in_worker(const char *name, void (*body)(void))
{
	struct worker worker;
	in_worker_body = body;
	start(&worker, name, run_in_worker, NULL);
	finish(&worker);
}

#endif
