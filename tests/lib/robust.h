/*
 * What the tests of robust/ share: a mutex in memory that processes share, robust or not, and the word for what a lock
 * call answers.
 */
#ifndef ROBUST_H
#define ROBUST_H

#include <sys/mman.h>

#include "forked.h"

static pthread_mutex_t *mutex;

/* Makes the mutex, for the processes that this one forks later. */
static void new_mutex(bool robust)
{
	pthread_mutexattr_t attributes;

	mutex = mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mutex == MAP_FAILED)
		die("sharing memory");
	CHECK0(pthread_mutexattr_init(&attributes));
	CHECK0(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
	if (robust)
		CHECK0(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	CHECK0(pthread_mutex_init(mutex, &attributes));
}

static void observe_lock(const char *key)
{
	observe(key, error_name(pthread_mutex_lock(mutex)));
}

UNUSED_OK static void observe_trylock(const char *key)
{
	observe(key, error_name(pthread_mutex_trylock(mutex)));
}

/* What an owner does that ends with it: for forked(). */
UNUSED_OK static void lock_and_end(void)
{
	observe_lock("lock-of-owner");
	_exit(0);
}

#endif
