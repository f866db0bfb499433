/*
 * What every C test shares: reporting an observation, naming threads, starting and gating them,
 * and seeing that a thread is parked. Included once by a program of a single file, hence `static`.
 */
#ifndef OBSERVE_H
#define OBSERVE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "names.h"   /* signal_name(), error_name() */
#include "threads.h" /* thread_id(), await_parked(): all that differs between systems */

/* The name a thread goes by in observations: static TLS, so a handler may read it. */
static _Thread_local const char *my_name = "main";

/* Ends the run as a failed set-up (exit 70), with the reason on stderr. */
UNUSED_OK static _Noreturn void die(const char *what)
{
	fprintf(stderr, "set-up failed: %s: %s\n", what, strerror(errno));
	_exit(70);
}

/* CHECK(call): for calls that answer -1 and set errno; CHECK0(call): for pthread-style calls that answer an error number. */
#define CHECK(call) do { if ((call) == -1) die(#call); } while (0)
#define CHECK0(call) do { if ((errno = (call)) != 0) die(#call); } while (0)

/* One `key: value` line, in one write(2): safe in a signal handler and in a forked child. */
UNUSED_OK static void observe(const char *key, const char *value)
{
	char line[256];
	size_t k = strlen(key), v = strlen(value);
	int saved = errno;
	if (k + v + 3 > sizeof line)
		die("observation too long");
	memcpy(line, key, k);
	memcpy(line + k, ": ", 2);
	memcpy(line + k + 2, value, v);
	line[k + 2 + v] = '\n';
	if (write(STDOUT_FILENO, line, k + v + 3) != (ssize_t)(k + v + 3))
		_exit(71);
	errno = saved;
}

UNUSED_OK static void observe_yes(const char *key, bool yes)
{
	observe(key, yes ? "yes" : "no");
}

/* The value of a variant's axis: axis("restart") reads SIGMATRIX_RESTART. */
UNUSED_OK static const char *axis(const char *name)
{
	char variable[64] = "SIGMATRIX_";
	size_t n = strlen(variable);
	for (; *name && n + 1 < sizeof variable; name++)
		variable[n++] = *name == '-' ? '_' : (char)(*name >= 'a' && *name <= 'z' ? *name - 32 : *name);
	variable[n] = '\0';
	const char *value = getenv(variable);
	if (!value) {
		errno = EINVAL;
		die(variable);
	}
	return value;
}

UNUSED_OK static bool axis_is(const char *name, const char *value)
{
	return strcmp(axis(name), value) == 0;
}

/* How a waited-for child ended: `exit 0`, `killed TERM`, `stopped STOP`, `continued`. */
UNUSED_OK static void observe_status(const char *key, int status)
{
	char text[32];
	if (WIFEXITED(status))
		snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "killed %s", signal_name(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		snprintf(text, sizeof text, "stopped %s", signal_name(WSTOPSIG(status)));
	else
		snprintf(text, sizeof text, "continued");
	observe(key, text);
}

/* Installs a handler; `flags` as in sa_flags (0, SA_RESTART, SA_SIGINFO with a cast handler...). */
UNUSED_OK static void handle(int signo, void (*handler)(int), int flags)
{
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = flags;
	sigemptyset(&action.sa_mask);
	CHECK(sigaction(signo, &action, NULL));
}

/* Blocks or unblocks one signal in the calling thread. */
UNUSED_OK static void mask(int how, int signo)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signo);
	CHECK0(pthread_sigmask(how, &set, NULL));
}

UNUSED_OK static bool is_blocked(int signo)
{
	sigset_t set;
	CHECK0(pthread_sigmask(SIG_BLOCK, NULL, &set));
	return sigismember(&set, signo) == 1;
}

UNUSED_OK static bool is_pending(int signo)
{
	sigset_t set;
	CHECK(sigpending(&set));
	return sigismember(&set, signo) == 1;
}

/* A gate: one side waits until the other opens it. A pipe, so that it also works between processes and from a handler. */
struct gate {
	int fd[2];
};

UNUSED_OK static struct gate gate_new(void)
{
	struct gate gate;
	CHECK(pipe(gate.fd));
	return gate;
}

UNUSED_OK static void gate_open(struct gate *gate)
{
	int saved = errno;
	if (write(gate->fd[1], "", 1) != 1)
		die("opening a gate");
	errno = saved;
}

/* Waits for one opening; a signal handled meanwhile does not end the wait. */
UNUSED_OK static void gate_wait(struct gate *gate)
{
	char byte;
	ssize_t n;
	do
		n = read(gate->fd[0], &byte, 1);
	while (n == -1 && errno == EINTR);
	if (n != 1)
		die("waiting at a gate");
}

/* A named thread. start() returns once it runs: its name and `tid` are set and its creator has left pthread_create. */
struct worker {
	pthread_t thread;
	long tid; /* for await_parked() */
	const char *name;
	void *(*body)(void *);
	void *argument;
	struct gate begun;
};

static void *worker_main(void *argument)
{
	struct worker *worker = argument;
	my_name = worker->name;
	worker->tid = thread_id();
	gate_open(&worker->begun);
	return worker->body(worker->argument);
}

UNUSED_OK static void start(struct worker *worker, const char *name, void *(*body)(void *), void *argument)
{
	worker->name = name;
	worker->body = body;
	worker->argument = argument;
	worker->begun = gate_new();
	CHECK0(pthread_create(&worker->thread, NULL, worker_main, worker));
	gate_wait(&worker->begun);
}

UNUSED_OK static void finish(struct worker *worker)
{
	CHECK0(pthread_join(worker->thread, NULL));
}

#endif
