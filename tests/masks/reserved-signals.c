/*---
title: which signals above 31 does the libc keep for itself?
sender: none
posix: unverified
posix-note: realtime signals run from SIGRTMIN to SIGRTMAX, which need not be constants; what lies below is not said
source: [glibc signal/sigaction.c, musl src/signal/sigaction.c, FreeBSD lib/libthr/thread/thr_sig.c]
differs:
  '*-musl': >-
    musl keeps 32 to 34 since 0.8.0 (timers, cancellation, setuid in all threads); glibc keeps 32 and 33 (cancellation,
    setuid in all threads)
  freebsd-*: FreeBSD keeps 32 (SIGTHR); its realtime signals start at 65, in no libc's way
portable: Count realtime signals from SIGRTMIN, never by number, and look at the result of sigaction().
---*/
#include "handlers.h"

static void observe_handler(const char *key, int signo)
{
	struct sigaction action = {.sa_handler = count_run};
	observe(key, sigaction(signo, &action, NULL) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	observe_handler("signal-32", 32);
	observe_handler("signal-33", 33);
	observe_handler("signal-34", 34);
	observe_handler("signal-35", 35);
	observe_count("first-realtime", SIGRTMIN);
}
