/*---
title: a signal is sent by kill(), sigqueue(), raise() and pthread_kill(); what does si_code say of each, in a handler and from sigwaitinfo()
sender: self-main
posix: implementation-defined
posix-note: >-
  SI_USER stands for kill() and SI_QUEUE for sigqueue(). raise() may have SI_USER or a code of the system's own, and so
  may pthread_kill().
spec: XSH 2.4.3
source:
  - Linux kernel/signal.c do_tkill()
  - glibc sysdeps/unix/sysv/linux/sigtimedwait.c
  - FreeBSD sys/kern/kern_thr.c sys_thr_kill()
differs:
  '*-musl': glibc's sigwaitinfo() turns the kernel's SI_TKILL into SI_USER; musl's leaves it
  freebsd-*: a signal that is sent to a thread has SI_TKILL on Linux and SI_LWP on FreeBSD, raise() included
axes: {way: [handler, sigwaitinfo]}
portable: >-
  Trust si_value only under SI_QUEUE, SI_TIMER, SI_ASYNCIO and SI_MESGQ. Do not tell raise() from kill() by si_code.
---*/
#include "codes.h"
#include "observe.h"

static const char *sent_by;

static void report(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe(sent_by, code_name(signo, info->si_code));
	if (info->si_code == SI_QUEUE)
		observe("value", info->si_value.sival_int == 7 ? "kept" : "lost");
	observe("si-pid", info->si_pid == getpid() ? "sender" : info->si_pid == 0 ? "0" : "other");
}

static void arrive(void)
{
	siginfo_t info;
	sigset_t set;

	if (axis_is("way", "handler"))
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK(sigwaitinfo(&set, &info));
	report(SIGUSR1, &info, NULL);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = report, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	mask(axis_is("way", "handler") ? SIG_UNBLOCK : SIG_BLOCK, SIGUSR1);
	sent_by = "kill";
	CHECK(kill(getpid(), SIGUSR1));
	arrive();
	sent_by = "sigqueue";
	CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 7}));
	arrive();
	sent_by = "raise";
	CHECK(raise(SIGUSR1));
	arrive();
	sent_by = "pthread-kill";
	CHECK0(pthread_kill(pthread_self(), SIGUSR1));
	arrive();
}
