/*---
title: a process of a background group reads from its terminal, or asks to be in the foreground; is it stopped, and what does the call say
about: >-
  The terminal is a pseudo-terminal, whose session has a leader in the foreground.
sender: kernel
posix: required
posix-note: >-
  A read from the background is answered with SIGTTIN to the group, and with EIO if the reader blocks or ignores that.
  tcsetpgrp() is answered with SIGTTOU; whoever blocks or ignores that may go on, and no signal is sent.
spec: XBD 11.1.4, XSH tcsetpgrp()
source: [FreeBSD sys/kern/tty.c tty_wait_background()]
axes: {call: [read, tcsetpgrp], signal: [default, handled, blocked, ignored]}
portable: A shell ignores or blocks SIGTTOU before it calls tcsetpgrp(). Expect EIO from a terminal in the background.
---*/
#include "handlers.h"
#include <sys/ioctl.h>
#include <termios.h>

static void use_terminal(int terminal)
{
	bool reads = axis_is("call", "read");
	int signo = reads ? SIGTTIN : SIGTTOU;
	char byte;

	handle(signo, axis_is("signal", "handled") ? count_run : axis_is("signal", "ignored") ? SIG_IGN : SIG_DFL, 0);
	if (axis_is("signal", "blocked"))
		mask(SIG_BLOCK, signo);
	if ((reads ? (int)read(terminal, &byte, 1) : tcsetpgrp(terminal, getpgrp())) == -1)
		observe("call", error_name(errno));
	else
		observe("call", "0");
	observe_count("handler-runs", handler_runs);
}

static void lead_session(const char *name)
{
	int terminal, status;
	pid_t child;

	CHECK(setsid());
	CHECK(terminal = open(name, O_RDWR));
	CHECK(ioctl(terminal, TIOCSCTTY, 0));
	CHECK(tcsetpgrp(terminal, getpgrp()));
	CHECK(child = fork());
	if (child == 0) {
		CHECK(setpgid(0, 0));
		use_terminal(terminal);
		_exit(0);
	}
	CHECK(waitpid(child, &status, WUNTRACED));
	observe_status("wait", status);
	if (WIFSTOPPED(status))
		CHECK(kill(child, SIGKILL));
}

int main(void)
{
	pid_t leader;
	int other_end;

	CHECK(other_end = posix_openpt(O_RDWR | O_NOCTTY));
	CHECK(grantpt(other_end));
	CHECK(unlockpt(other_end));
	CHECK(leader = fork());
	if (leader == 0) {
		lead_session(ptsname(other_end));
		_exit(0);
	}
	CHECK(waitpid(leader, NULL, 0));
}
