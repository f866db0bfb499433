/*
 * What the tests of wait/ share: sets of one signal, and accepting a pending signal without waiting for one.
 */
#ifndef ACCEPTED_H
#define ACCEPTED_H

#include "observe.h"

UNUSED_OK static sigset_t set_of(int signo)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signo);
	return set;
}

/* The signal's name if sigtimedwait() accepts it at once; the error's if it does not. */
UNUSED_OK static void observe_accepted(const char *key, int signo)
{
	const struct timespec at_once = {0};
	sigset_t set = set_of(signo);
	int accepted = sigtimedwait(&set, NULL, &at_once);
	observe(key, accepted == -1 ? error_name(errno) : signal_name(accepted));
}

#endif
