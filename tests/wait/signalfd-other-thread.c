/*---
title: a signal is pending on the process or on main; can a worker read it from a signalfd, can main?
about: >-
  A server hands its signalfd to an event loop in another thread than the one that signals are sent to with
  pthread_kill, or for which a CPU timer runs.
sender: self-main
posix: unverified # the standard has no signalfd
source: [Linux fs/signalfd.c signalfd_dequeue() signalfd_poll(), Linux kernel/signal.c dequeue_signal()]
systems: [linux]
portable: >-
  Only the thread that a signal is pending on can take it, by whatever means. FreeBSD has no signalfd: EVFILT_SIGNAL
  tells that signals were sent, and leaves them pending. A handler that writes to a pipe works on both.
axes: {pending: [process, main]}
---*/
#include <sys/signalfd.h>
#include "accepted.h"

static int fd;

static void observe_read(const char *key)
{
	struct signalfd_siginfo info;
	struct pollfd watched = {.fd = fd, .events = POLLIN};
	char readable[32];

	snprintf(readable, sizeof readable, "%s-polls", my_name);
	observe(readable, poll(&watched, 1, 0) == 1 ? "ready" : "none ready");
	observe(key, read(fd, &info, sizeof info) == -1 ? error_name(errno) : signal_name((int)info.ssi_signo));
}

static void *read_in_worker(void *unused)
{
	observe_read("worker-reads");
	return unused;
}

int main(void)
{
	sigset_t set = set_of(SIGUSR1);
	struct worker worker;

	mask(SIG_BLOCK, SIGUSR1);
	CHECK(fd = signalfd(-1, &set, SFD_NONBLOCK));
	if (axis_is("pending", "main"))
		CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	else
		CHECK(kill(getpid(), SIGUSR1));
	start(&worker, "worker", read_in_worker, NULL);
	finish(&worker);
	observe_read("main-reads");
}
