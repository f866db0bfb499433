/*---
title: a worker calls system(), whose command sends SIGINT to its parent and to itself, and ends; which handlers run?
sender: external
posix: required
posix-note: >-
  SIGINT and SIGQUIT are ignored and SIGCHLD is blocked while system() waits; in the command they are what they were.
  Whether the command's SIGCHLD is pending when it has been waited for is decided by what waitpid() does
spec: XSH system()
source: [glibc sysdeps/posix/system.c do_system(), musl src/process/system.c, FreeBSD lib/libc/stdlib/system.c
  __libc_system(), FreeBSD sys/kern/kern_exit.c proc_reap()]
differs:
  freebsd-*: >-
    wait() takes back the SIGCHLD of the child it reaps, as POSIX has it; on Linux it stays pending, and the handler
    runs when system() unblocks it
portable: >-
  Let a handler of SIGCHLD expect that the child was waited for already (system() and popen() do so), and block SIGCHLD
  in all other threads, since system() blocks it in its own only.
---*/
#include <sys/stat.h>

#include "forked.h"
#include "handlers.h"

static volatile sig_atomic_t chld_runs;

static void count_chld(int signo)
{
	(void)signo;
	chld_runs++;
}

static void *caller(void *unused)
{
	mask(SIG_UNBLOCK, SIGCHLD);
	observe_status("command", system("read line <fifo; kill -INT $PPID; kill -INT $$"));
	observe("chld-after", is_blocked(SIGCHLD) ? "blocked" : "open");
	return unused;
}

int main(void)
{
	struct worker worker;
	struct sigaction action;
	int fd;

	CHECK(mkfifo("fifo", 0600));
	handle(SIGINT, count_run, SA_RESTART);
	handle(SIGCHLD, count_chld, SA_RESTART);
	mask(SIG_BLOCK, SIGCHLD);
	start(&worker, "worker", caller, NULL);
	await_parked(getpid(), worker.tid, "wait"); /* only then does every libc ignore SIGINT */
	CHECK(sigaction(SIGINT, NULL, &action));
	observe("int-meanwhile", action.sa_handler == SIG_IGN ? "ignored" : "caught");
	CHECK(fd = open("fifo", O_WRONLY));
	close(fd);
	finish(&worker);
	observe_count("int-handler-runs", handler_runs);
	observe_count("chld-handler-runs", chld_runs);
	CHECK(sigaction(SIGINT, NULL, &action));
	observe("int-after", action.sa_handler == SIG_IGN ? "ignored" : "caught");
}
