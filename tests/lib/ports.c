/*
 * LD_PRELOAD interposer: every new thread starts with all signals blocked, as Python did on FreeBSD from 2011, when the
 * port's patch of Python/thread_pthread.h blocked them around pthread_create. The creator's own mask is as before.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

typedef int create_function(pthread_t *restrict, const pthread_attr_t *restrict, void *(*)(void *), void *restrict);

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*body)(void *), void *restrict argument)
{
	void *found = dlsym(RTLD_NEXT, "pthread_create");
	create_function *create;
	sigset_t all, before;
	if (!found)
		return EAGAIN;
	memcpy(&create, &found, sizeof create); /* ISO C has no cast from an object's pointer to a function's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	int error = create(thread, attributes, body, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}
