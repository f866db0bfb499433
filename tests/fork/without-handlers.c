/*---
title: _Fork() in a process with fork handlers; does it run them, and may signals come meanwhile?
about: POSIX.1-2024 has _Fork() as the async-signal-safe fork, in place of fork()
sender: none
posix: unverified
posix-note: in POSIX.1-2024 _Fork() runs no fork handlers; before, there was no such function
spec: XSH _Fork()
source: [musl src/process/_Fork.c, glibc posix/_Fork.c, FreeBSD lib/libc/sys/Symbol.map]
differs:
  debian-11: glibc has _Fork() since 2.34, musl since 1.2.2
portable: >-
  Where there is no _Fork(), no function forks without running the fork handlers. Keep what these do async-signal-safe
  if a signal handler forks.
---*/
#include "forked.h"

pid_t _Fork(void) __attribute__((weak));

static void prepare(void) { observe("handler", "prepare"); }
static void parent(void) { observe("handler", "parent"); }
static void child(void) { observe("handler", "child"); }

static void fork_in_worker(void)
{
	pid_t pid;
	CHECK(pid = _Fork());
	if (pid == 0) {
		observe_yes("mask-kept", !is_blocked(SIGUSR1) && is_blocked(SIGUSR2));
		_exit(0);
	}
	observe_end("child", pid);
}

int main(void)
{
	observe_yes("there", _Fork != NULL);
	if (_Fork) {
		CHECK0(pthread_atfork(prepare, parent, child));
		mask(SIG_BLOCK, SIGUSR2);
		in_worker("worker", fork_in_worker);
	}
}
