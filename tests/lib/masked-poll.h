/*
 * What tests of pselect() and ppoll() share (axis `call`): SIGUSR1 is blocked and pending, and the mask they give opens
 * it. Reports what the call came to, how often the handler ran meanwhile, and whether the signal is pending still.
 */
#ifndef MASKED_POLL_H
#define MASKED_POLL_H

#include <sys/select.h>
#include "handlers.h"

static void poll_with_pending_signal(int fd, const struct timespec *timeout)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};
	sigset_t none;
	fd_set fds;
	int ready;

	handle(SIGUSR1, count_run, 0);
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(kill(getpid(), SIGUSR1));
	sigemptyset(&none);
	FD_ZERO(&fds);
	FD_SET(fd, &fds);
	if (axis_is("call", "pselect"))
		ready = pselect(fd + 1, &fds, NULL, NULL, timeout, &none);
	else
		ready = ppoll(&watched, 1, timeout, &none);
	observe("call", ready == -1 ? error_name(errno) : ready == 0 ? "none ready" : "ready");
	observe_count("handler-runs", handler_runs);
	observe_yes("left-pending", is_pending(SIGUSR1));
	observe_yes("mask-restored", is_blocked(SIGUSR1));
}

#endif
