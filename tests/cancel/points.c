/*---
title: a worker sleeps in a call that is a cancellation point, with every signal open or blocked, and is cancelled; does it end, does its cleanup handler run
about: >-
  C libraries send a signal of their own to a thread that is to be cancelled, so it matters that no mask of the
  program's keeps that one out.
sender: none
posix: required
posix-note: >-
  All these calls are cancellation points, and a thread suspended in one is to be woken and cancelled. Signals, and
  their mask, have no part in that.
spec: XSH 2.9.5, pthread_cancel()
source: [glibc nptl/pthread_cancel.c, musl src/thread/pthread_cancel.c cancel_handler(), FreeBSD lib/libthr/thread/thr_cancel.c, FreeBSD lib/libthr/thread/thr_syscalls.c]
hang: expected
differs:
  freebsd-*: >-
    FreeBSD's libthr has no cancellable msgrcv(): the call fails with EINTR, and the thread goes on to its next
    cancellation point
axes:
  call: [sigwait, sigsuspend, pause, nanosleep, read, poll, sem-wait, cond-wait, join, waitpid, msgrcv, setlkw, open-fifo]
  signals: [open, blocked]
portable: >-
  Blocking all signals in a thread does not keep it from being cancelled. What it holds while it waits must be released
  by a handler pushed with pthread_cleanup_push().
---*/
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include "ended.h"
#include "handlers.h"

static struct worker idle;

static void call_sigwait(void)
{
	sigset_t set;
	int signo;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK0(pthread_sigmask(SIG_BLOCK, &set, NULL));
	sigwait(&set, &signo);
}

static void call_sigsuspend(void)
{
	sigset_t current;
	CHECK0(pthread_sigmask(SIG_BLOCK, NULL, &current));
	sigsuspend(&current);
}

static void call_pause(void)
{
	pause();
}

static void call_nanosleep(void)
{
	nanosleep(&(struct timespec){.tv_sec = 20}, NULL);
}

static void call_read(void)
{
	park(NULL);
}

static void call_poll(void)
{
	struct gate never = gate_new();
	poll(&(struct pollfd){.fd = never.fd[0], .events = POLLIN}, 1, -1);
}

static void call_sem_wait(void)
{
	sem_t semaphore;
	CHECK(sem_init(&semaphore, 0, 0));
	sem_wait(&semaphore);
}

static pthread_mutex_t mutex;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void call_cond_wait(void)
{
	CHECK0(pthread_mutex_lock(&mutex));
	pthread_cond_wait(&condition, &mutex);
}

static void call_join(void)
{
	pthread_join(idle.thread, NULL);
}

static void call_waitpid(void)
{
	pid_t child;
	CHECK(child = fork());
	if (child == 0)
		park(NULL);
	waitpid(child, NULL, 0);
}

static int queue = -1;

static void call_msgrcv(void)
{
	struct { long type; char text[8]; } message;
	CHECK(queue = msgget(IPC_PRIVATE, 0600));
	msgrcv(queue, &message, sizeof message.text, 0, 0);
}

static void call_setlkw(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct gate locked = gate_new();
	pid_t child;
	int file;
	CHECK(file = open("file", O_CREAT | O_RDWR, 0600));
	CHECK(child = fork());
	if (child == 0) {
		CHECK(fcntl(file, F_SETLK, &lock));
		gate_open(&locked);
		park(NULL);
	}
	gate_wait(&locked);
	fcntl(file, F_SETLKW, &lock);
}

static void call_open_fifo(void)
{
	CHECK(mkfifo("fifo", 0600));
	open("fifo", O_RDONLY);
}

static const struct {
	const char *name, *parked;
	void (*call)(void);
} calls[] = {
	{"sigwait", "sigwait", call_sigwait},
	{"sigsuspend", "pause", call_sigsuspend},
	{"pause", "pause", call_pause},
	{"nanosleep", "sleep", call_nanosleep},
	{"read", "read", call_read},
	{"poll", "poll", call_poll},
	{"sem-wait", "lock", call_sem_wait},
	{"cond-wait", "lock", call_cond_wait},
	{"join", "lock", call_join},
	{"waitpid", "wait", call_waitpid},
	{"msgrcv", "msgrcv", call_msgrcv},
	{"setlkw", "file-lock", call_setlkw},
	{"open-fifo", "open", call_open_fifo},
};

static void clean_up(void *unused)
{
	(void)unused;
	observe("cleanup-thread", my_name);
}

static void *wait_in_call(void *call)
{
	sigset_t all;

	sigfillset(&all);
	if (axis_is("signals", "blocked"))
		CHECK0(pthread_sigmask(SIG_SETMASK, &all, NULL));
	pthread_cleanup_push(clean_up, NULL);
	(*(void (*const *)(void))call)();
	pthread_cleanup_pop(0);
	return NULL;
}

int main(void)
{
	struct worker worker;
	size_t i = 0;

	while (!axis_is("call", calls[i].name))
		i++;
	CHECK0(pthread_mutex_init(&mutex, NULL));
	start(&idle, "w0", park, NULL);
	start(&worker, "w1", wait_in_call, (void *)&calls[i].call);
	await_parked(getpid(), worker.tid, calls[i].parked);
	CHECK0(pthread_cancel(worker.thread));
	observe_join(&worker);
	if (queue != -1)
		CHECK(msgctl(queue, IPC_RMID, NULL)); /* it would outlive the process */
}
