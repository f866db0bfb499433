/*
 * A sender outside the process: a child forked while the process has but one thread, since libcs block signals around
 * pthread_create and fork. It obeys orders one by one, so a thread can order its own signal and then go and park itself.
 */
#ifndef EXTERNAL_H
#define EXTERNAL_H

#include "observe.h"

struct external {
	int orders[2];
};

struct order {
	const char *call; /* a literal: the child has the same one at the same address */
	long tid;
	int signo;
};

UNUSED_OK static struct external external_new(void)
{
	struct external external;
	struct order order;
	pid_t target = getpid(), child;

	let_others_look();
	CHECK(pipe(external.orders));
	CHECK(child = fork());
	if (child != 0) {
		close(external.orders[0]);
		return external;
	}
	close(external.orders[1]);
	while (read(external.orders[0], &order, sizeof order) == (ssize_t)sizeof order) {
		if (order.call)
			await_parked(target, order.tid, order.call);
		else
			CHECK(kill(target, order.signo));
	}
	_exit(0);
}

static void external_order(struct external *external, struct order order)
{
	if (write(external->orders[1], &order, sizeof order) != (ssize_t)sizeof order)
		die("ordering the external sender");
}

/* Orders it to wait until a thread of this process is parked in `call`. */
UNUSED_OK static void external_await(struct external *external, long tid, const char *call)
{
	external_order(external, (struct order){.call = call, .tid = tid});
}

/* Orders it to kill() this process. */
UNUSED_OK static void external_kill(struct external *external, int signo)
{
	external_order(external, (struct order){.signo = signo});
}

#endif
