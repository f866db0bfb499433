/*---
title: SIGTSTP, SIGCONT and SIGTSTP again are sent to a process that blocks both; what does each leave pending
sender: self-main
posix: required
posix-note: >-
  A stop signal discards every pending SIGCONT of the process, and SIGCONT every pending stop signal. Whether an ignored
  SIGCONT that is blocked stays pending is not said.
spec: XSH 2.4.1
source: [Linux kernel/signal.c prepare_signal(), FreeBSD sys/kern/kern_sig.c tdsendsignal()]
axes: {cont: [default, handled, ignored]}
portable: Of stop signals and SIGCONT only the last one counts, even while both are blocked.
---*/
#include "handlers.h"

static void observe_pending(const char *key)
{
	bool stop = is_pending(SIGTSTP), cont = is_pending(SIGCONT);
	observe(key, stop && cont ? "both" : stop ? "TSTP" : cont ? "CONT" : "none");
}

int main(void)
{
	mask(SIG_BLOCK, SIGTSTP);
	mask(SIG_BLOCK, SIGCONT);
	handle(SIGCONT, axis_is("cont", "default") ? SIG_DFL : axis_is("cont", "handled") ? count_run : SIG_IGN, 0);
	CHECK(kill(getpid(), SIGTSTP));
	CHECK0(pthread_kill(pthread_self(), SIGTSTP));
	observe_pending("after-tstp");
	CHECK(kill(getpid(), SIGCONT));
	observe_pending("after-cont");
	CHECK(kill(getpid(), SIGTSTP));
	observe_pending("after-second-tstp");
}
