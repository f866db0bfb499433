/*---
title: a thread that has disabled cancellation is cancelled while it sleeps in a call; does the call go on, and when does the thread end
about: >-
  Where a library's own signal does the cancelling, a thread that does not want it yet may see its calls fail with EINTR
  though no handler of the program ran.
sender: none
posix: required
posix-note: >-
  The request is held pending while cancellation is disabled. EINTR is for signals; enabling cancellation is no
  cancellation point in itself, the next call that is one ends the thread.
spec: XSH 2.9.5, pthread_setcancelstate()
source: [glibc nptl/pthread_cancel.c, musl src/thread/pthread_cancel.c cancel_handler(), FreeBSD lib/libthr/thread/thr_sig.c sigcancel_handler()]
differs:
  '*-musl': >-
    musl sends its signal all the same, and though the handler has SA_RESTART, poll() is not restarted after any
    handler; glibc sends none while cancellation is disabled
  freebsd-*: >-
    FreeBSD's libthr sends its signal all the same, with a handler that does not restart calls: they fail with EINTR
axes: {call: [read, sem-wait, poll, sigwaitinfo]}
portable: >-
  While cancellation is disabled, call again after EINTR even in a program without signal handlers.
---*/
#include "ended.h"

static struct gate gate;
static sem_t semaphore;

static int call_read(void)
{
	char byte;
	return read(gate.fd[0], &byte, 1) == 1 ? 0 : -1;
}

static int call_sem_wait(void)
{
	return sem_wait(&semaphore);
}

static int call_poll(void)
{
	return poll(&(struct pollfd){.fd = gate.fd[0], .events = POLLIN}, 1, -1) == 1 ? 0 : -1;
}

static int call_sigwaitinfo(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigwaitinfo(&set, NULL) == SIGUSR1 ? 0 : -1;
}

static const struct {
	const char *name, *parked;
	int (*call)(void);
} calls[] = {
	{"read", "read", call_read},
	{"sem-wait", "lock", call_sem_wait},
	{"poll", "poll", call_poll},
	{"sigwaitinfo", "sigwait", call_sigwaitinfo},
};

static size_t chosen;
static struct gate released;
static volatile bool enabled;

static void *put_off(void *unused)
{
	CHECK0(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL));
	observe("call", calls[chosen].call() == 0 ? "goes on" : error_name(errno));
	gate_wait(&released);
	pthread_testcancel();
	observe("testcancel-while-disabled", "returned");
	CHECK0(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL));
	/* Not observe(), whose write() is a cancellation point. */
	enabled = true;
	pthread_testcancel();
	observe("testcancel", "returned");
	return unused;
}

static void release(struct worker *worker)
{
	gate_open(&gate);
	CHECK(sem_post(&semaphore));
	CHECK0(pthread_kill(worker->thread, SIGUSR1));
	gate_open(&released);
}

int main(void)
{
	struct worker worker;

	while (!axis_is("call", calls[chosen].name))
		chosen++;
	gate = gate_new();
	released = gate_new();
	CHECK(sem_init(&semaphore, 0, 0));
	mask(SIG_BLOCK, SIGUSR1);
	start(&worker, "w0", put_off, NULL);
	await_parked(getpid(), worker.tid, calls[chosen].parked);
	CHECK0(pthread_cancel(worker.thread));
	/* A signal has made it run by now: asleep again means that the call goes on, or that it waits to be released. */
	await_parked(getpid(), worker.tid, "");
	release(&worker);
	observe_join(&worker);
	observe_yes("enabling-returned", enabled);
}
