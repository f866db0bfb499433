/*---
title: a process is stopped and continued while it waits, and handles no signal; does the call fail with EINTR?
about: >-
  What a shell's Ctrl-Z and fg, a debugger or a suspended machine do to a program that has no handler at all. A loop
  that takes any EINTR for a caught signal, or for a reason to end, breaks there. `event-queue` is epoll_wait() on Linux
  and kevent() on FreeBSD, its twin; `recv-timeo` is recv() under SO_RCVTIMEO.
sender: external
posix: required
posix-note: >-
  The calls fail with EINTR if a signal that is caught interrupts them, and here none is; a process that is continued
  goes on where it was stopped. Of semop() the text says only that a signal interrupts it. epoll_wait() and kevent() are
  not in the standard.
spec: XSH 2.3, XSH 2.4.3, XSH semop(), XSH recv(), XSH sigtimedwait()
source:
  - Linux fs/eventpoll.c ep_poll()
  - Linux ipc/sem.c __do_semtimedop()
  - Linux include/net/sock.h sock_intr_errno()
  - Linux kernel/signal.c do_sigtimedwait()
  - FreeBSD sys/kern/kern_sig.c sig_suspend_threads()
  - musl src/signal/sigtimedwait.c
bugs: [keepalived 1883]
differs:
  freebsd-*: >-
    FreeBSD stops a thread in its sleep and lets it sleep on. Linux wakes it out of the call: most calls it restarts in
    secret, but epoll_wait(), semop(), sigtimedwait() and sockets with a timeout fail with EINTR
  '*-musl': musl hides the EINTR of Linux's sigtimedwait() and calls it again
portable: >-
  Call again after EINTR even in a program without signal handlers, and take no decision from EINTR alone. Compute the
  time that is left from a clock before the next call.
axes: {call: [poll, event-queue, sigtimedwait, semop, msgrcv, recv-timeo, nanosleep, sem-timedwait]}
---*/
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/time.h>
#ifdef __linux__
#include <sys/epoll.h>
#else
#include <sys/event.h>
#endif
#include "accepted.h"
#include "external.h"

static const struct timespec long_time = {.tv_sec = 20};

static int call_poll(void)
{
	struct gate gate = gate_new();
	struct pollfd fd = {.fd = gate.fd[0], .events = POLLIN};
	return poll(&fd, 1, -1);
}

static int call_event_queue(void)
{
	struct gate gate = gate_new();
	int queue;
#ifdef __linux__
	struct epoll_event event = {.events = EPOLLIN};
	CHECK(queue = epoll_create1(0));
	CHECK(epoll_ctl(queue, EPOLL_CTL_ADD, gate.fd[0], &event));
	return epoll_wait(queue, &event, 1, -1);
#else
	struct kevent event;
	CHECK(queue = kqueue());
	EV_SET(&event, gate.fd[0], EVFILT_READ, EV_ADD, 0, 0, NULL);
	return kevent(queue, &event, 1, &event, 1, NULL);
#endif
}

static int call_sigtimedwait(void)
{
	sigset_t set = set_of(SIGUSR1);
	return sigtimedwait(&set, NULL, &long_time);
}

static int call_semop(void)
{
	struct sembuf take = {.sem_op = -1};
	int id, result;
	CHECK(id = semget(IPC_PRIVATE, 1, 0600));
	result = semop(id, &take, 1);
	int error = errno;
	CHECK(semctl(id, 0, IPC_RMID));
	errno = error;
	return result;
}

static int call_msgrcv(void)
{
	struct {
		long type;
		char text[1];
	} message;
	int id, result;
	CHECK(id = msgget(IPC_PRIVATE, 0600));
	result = (int)msgrcv(id, &message, sizeof message.text, 0, 0);
	int error = errno;
	CHECK(msgctl(id, IPC_RMID, NULL));
	errno = error;
	return result;
}

static int call_recv(void)
{
	const struct timeval timeout = {.tv_sec = 20};
	int sockets[2];
	char byte;
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	CHECK(setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout));
	return (int)recv(sockets[0], &byte, 1, 0);
}

static int call_nanosleep(void)
{
	return nanosleep(&long_time, NULL);
}

static int call_sem_timedwait(void)
{
	struct timespec timeout;
	sem_t semaphore;
	CHECK(clock_gettime(CLOCK_REALTIME, &timeout));
	timeout.tv_sec += long_time.tv_sec;
	CHECK(sem_init(&semaphore, 0, 0));
	return sem_timedwait(&semaphore, &timeout);
}

static const struct {
	const char *name, *parked;
	int (*call)(void);
} calls[] = {
	{"poll", "poll", call_poll}, {"event-queue", "poll", call_event_queue}, {"sigtimedwait", "sigwait", call_sigtimedwait},
	{"semop", "semop", call_semop}, {"msgrcv", "msgrcv", call_msgrcv}, {"recv-timeo", "read", call_recv},
	{"nanosleep", "sleep", call_nanosleep}, {"sem-timedwait", "lock", call_sem_timedwait},
};

static volatile sig_atomic_t released;

static void release(int signo)
{
	(void)signo;
	released = 1;
}

int main(void)
{
	struct external external = external_new();
	const char *outcome = "unaffected";
	size_t i = 0;

	while (!axis_is("call", calls[i].name))
		i++;
	/* Only what ends the test is handled: whichever call it is, or it is accepted. */
	handle(SIGUSR1, release, 0);
	if (calls[i].call == call_sigtimedwait)
		mask(SIG_BLOCK, SIGUSR1);
	external_await(&external, thread_id(), calls[i].parked);
	external_kill(&external, SIGSTOP);
	external_await(&external, thread_id(), "stopped");
	external_kill(&external, SIGCONT);
	external_await(&external, thread_id(), calls[i].parked);
	external_kill(&external, SIGUSR1);
	while (calls[i].call() == -1 && !released)
		outcome = error_name(errno);
	observe("call", outcome);
}
