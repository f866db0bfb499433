/*
 * Threads that have ended: seeing that one has, and how it did.
 */
#ifndef ENDED_H
#define ENDED_H

#include "observe.h"

/* Returns once that thread has ended: it is gone, or, being Linux's main thread, a zombie until the others have ended. */
UNUSED_OK static void await_ended(pid_t pid, long tid)
{
	struct thread_state threads[MOST_THREADS];
	const struct timespec pause = {0, 200000};
	bool lives;

	do {
		int count = thread_states(pid, threads, MOST_THREADS);
		lives = count == 0;
		for (int i = 0; i < count; i++)
			lives |= threads[i].tid == tid && threads[i].state != 'Z';
		nanosleep(&pause, NULL);
	} while (lives);
}

/* Joins a thread and reports how it ended: `canceled` or `returned`. */
UNUSED_OK static void observe_join(struct worker *worker)
{
	void *result;
	CHECK0(pthread_join(worker->thread, &result));
	observe("thread", result == PTHREAD_CANCELED ? "canceled" : "returned");
}

#endif
