/*---
title: another process sends a signal; does the handler learn the sender's process and user
sender: external
posix: required
posix-note: With SI_USER, si_pid and si_uid are the sender's process and its real user.
spec: XSH 2.4.3
source: [FreeBSD sys/kern/kern_sig.c kern_kill()]
portable: With SA_SIGINFO si_pid and si_uid can be used while si_code is SI_USER. The sender may have ended by then.
---*/
#include "codes.h"
#include "observe.h"

static volatile pid_t sender;

static void report(int signo, siginfo_t *info, void *context)
{
	(void)context;
	observe("code", code_name(signo, info->si_code));
	observe_yes("pid-is-senders", info->si_pid == sender);
	observe_yes("uid-is-senders", info->si_uid == getuid());
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = report, .sa_flags = SA_SIGINFO};
	int status;

	sigemptyset(&action.sa_mask);
	CHECK(sigaction(SIGUSR1, &action, NULL));
	mask(SIG_BLOCK, SIGUSR1);
	CHECK(sender = fork());
	if (sender == 0)
		_exit(kill(getppid(), SIGUSR1) == 0 ? 0 : 70);
	CHECK(waitpid(sender, &status, 0));
	mask(SIG_UNBLOCK, SIGUSR1);
}
