/*---
title: a worker calls system() while another thread does; is SIGCHLD blocked afterwards, and what does SIGINT do?
about: >-
  w0's command begins first and ends first; w1's lasts longer. Each thread blocks SIGCHLD for the time of its call, but
  that SIGINT is ignored is a matter of the process.
sender: none
posix: unspecified
posix-note: system() need not be thread-safe
spec: XSH system()
source: [glibc sysdeps/posix/system.c do_system(), musl src/process/system.c, FreeBSD lib/libc/stdlib/system.c
  __libc_system()]
bugs: [glibc BZ 30163]
differs:
  debian-11: >-
    glibc 2.31 leaves SIGCHLD blocked after two calls that overlap (BZ 30163); mended in 2.38, and in Debian 12's 2.36
  '*-musl': >-
    each call puts back the action of SIGINT that it found: with musl the first restores it while the second waits, and
    the second then leaves it ignored; glibc counts the calls
  freebsd-*: each call puts back the action of SIGINT that it found, as with musl
portable: >-
  Do not call system() in several threads at once: SIGINT and SIGQUIT may stay ignored for ever. posix_spawn() and
  waitpid() leave signals alone.
---*/
#include <sys/stat.h>

#include "forked.h"

static const char *int_action(void)
{
	struct sigaction action;
	CHECK(sigaction(SIGINT, NULL, &action));
	return action.sa_handler == SIG_IGN ? "ignored" : action.sa_handler == SIG_DFL ? "default" : "caught";
}

static void nothing(int signo)
{
	(void)signo;
}

static void *caller(void *command)
{
	observe_status("command", system(command));
	observe(strcmp(my_name, "w0") == 0 ? "chld-after-first" : "chld-after-second", is_blocked(SIGCHLD) ? "blocked" : "open");
	return NULL;
}

/* Lets the command end that reads from there. */
static void end_command(const char *fifo)
{
	int fd;
	CHECK(fd = open(fifo, O_WRONLY));
	close(fd);
}

int main(void)
{
	struct worker workers[2];

	CHECK(mkfifo("fifo0", 0600));
	CHECK(mkfifo("fifo1", 0600));
	handle(SIGINT, nothing, 0);
	start(&workers[0], "w0", caller, "read line <fifo0; exit 0");
	await_parked(getpid(), workers[0].tid, "wait");
	start(&workers[1], "w1", caller, "read line <fifo1; exit 0");
	await_parked(getpid(), workers[1].tid, "wait");
	observe("int-during-both", int_action());
	end_command("fifo0");
	finish(&workers[0]);
	observe("int-after-first", int_action());
	end_command("fifo1");
	finish(&workers[1]);
	observe("int-after-second", int_action());
}
