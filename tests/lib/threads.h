/*
 * Looking at processes and threads: all that differs between Linux and FreeBSD about it.
 * What a thread waits in is told in words of our own, for the kernels' names differ and change between releases.
 */
#ifndef THREADS_H
#define THREADS_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#if defined(__GNUC__)
#define UNUSED_OK __attribute__((unused))
#else
#define UNUSED_OK
#endif

/* Whether a wait can end by the mere passing of time. */
enum wait_kind { WAIT_TIMED, WAIT_UNKNOWN, WAIT_FOREVER };

struct thread_state {
	long tid;
	char state;                  /* S asleep, T stopped, Z ended, any other: it moves or is about to */
	enum wait_kind wait;
	bool deliverable;            /* a signal is pending that the thread does not block */
	unsigned long long switches; /* equal in two looks: it has not run in between, hence used no CPU time either */
	const char *call;            /* pause, read, lock...; "running", "stopped", "ended", "restarted" or "other" */
};

#define UNTOLD "read or write" /* in FreeBSD, until tell_waits(): both directions of a socket wait in sbwait (sys/kern/uipc_sockbuf.c) */

enum { MOST_THREADS = 512 }; /* of one process that are looked at */

#if defined(__linux__)

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

UNUSED_OK static long thread_id(void)
{
	return syscall(SYS_gettid);
}

/* Lets processes of the same user look at this one where Yama reserves that to its ancestors (kernel.yama.ptrace_scope = 1). */
UNUSED_OK static void let_others_look(void)
{
#ifdef PR_SET_PTRACER
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
#endif
}

/* Reads a file of /proc into `text`; "" when there is none, or none for us. */
__attribute__((format(printf, 3, 4))) UNUSED_OK static bool proc_text(char *text, size_t room, const char *format, ...)
{
	char path[128];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(path, sizeof path, format, arguments);
	va_end(arguments);
	text[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	size_t length = 0;
	ssize_t n;
	while (length + 1 < room && (n = read(fd, text + length, room - 1 - length)) > 0)
		length += (size_t)n;
	close(fd);
	text[length] = '\0';
	return length > 0;
}

/* The number after `key` at the start of a line. */
UNUSED_OK static unsigned long long proc_field(const char *text, const char *key, int base)
{
	const char *at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, base) : 0;
}

/* How a system call's arguments tell whether it has a timeout. */
enum timeout { TIMEOUT_NEVER, TIMEOUT_ALWAYS, TIMEOUT_UNLESS_NULL, TIMEOUT_UNLESS_NEGATIVE };

struct waiting_call {
	long number;
	const char *call;
	enum timeout timeout;
	int argument; /* the one that holds the timeout */
};

/* Not every architecture has every call, and headers of old releases lack the newest ones. */
static const struct waiting_call waiting_calls[] = {
#ifdef SYS_pause
	{ SYS_pause, "pause", TIMEOUT_NEVER, 0 },
#endif
	{ SYS_rt_sigsuspend, "pause", TIMEOUT_NEVER, 0 },
	{ SYS_rt_sigtimedwait, "sigwait", TIMEOUT_UNLESS_NULL, 2 },
#ifdef SYS_nanosleep
	{ SYS_nanosleep, "sleep", TIMEOUT_ALWAYS, 0 },
#endif
	{ SYS_clock_nanosleep, "sleep", TIMEOUT_ALWAYS, 0 },
	{ SYS_read, "read", TIMEOUT_NEVER, 0 },
	{ SYS_readv, "read", TIMEOUT_NEVER, 0 },
#ifdef SYS_recvfrom
	{ SYS_recvfrom, "read", TIMEOUT_NEVER, 0 },
	{ SYS_recvmsg, "read", TIMEOUT_NEVER, 0 },
	{ SYS_recvmmsg, "read", TIMEOUT_UNLESS_NULL, 4 },
#endif
	{ SYS_write, "write", TIMEOUT_NEVER, 0 },
	{ SYS_writev, "write", TIMEOUT_NEVER, 0 },
#ifdef SYS_sendto
	{ SYS_sendto, "write", TIMEOUT_NEVER, 0 },
	{ SYS_sendmsg, "write", TIMEOUT_NEVER, 0 },
	{ SYS_sendmmsg, "write", TIMEOUT_NEVER, 0 },
	{ SYS_connect, "connect", TIMEOUT_NEVER, 0 },
	{ SYS_accept4, "accept", TIMEOUT_NEVER, 0 },
#endif
#ifdef SYS_accept
	{ SYS_accept, "accept", TIMEOUT_NEVER, 0 },
#endif
#ifdef SYS_poll
	{ SYS_poll, "poll", TIMEOUT_UNLESS_NEGATIVE, 2 },
#endif
#ifdef SYS_select
	{ SYS_select, "poll", TIMEOUT_UNLESS_NULL, 4 },
#endif
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, "poll", TIMEOUT_UNLESS_NEGATIVE, 3 },
#endif
	{ SYS_ppoll, "poll", TIMEOUT_UNLESS_NULL, 2 },
	{ SYS_pselect6, "poll", TIMEOUT_UNLESS_NULL, 4 },
	{ SYS_epoll_pwait, "poll", TIMEOUT_UNLESS_NEGATIVE, 3 },
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, "poll", TIMEOUT_UNLESS_NULL, 3 },
#endif
#ifdef SYS_open
	{ SYS_open, "open", TIMEOUT_NEVER, 0 },
#endif
	{ SYS_openat, "open", TIMEOUT_NEVER, 0 },
#ifdef SYS_openat2
	{ SYS_openat2, "open", TIMEOUT_NEVER, 0 },
#endif
	{ SYS_wait4, "wait", TIMEOUT_NEVER, 0 },
	{ SYS_waitid, "wait", TIMEOUT_NEVER, 0 },
	{ SYS_futex, "lock", TIMEOUT_UNLESS_NULL, 3 },
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, "lock", TIMEOUT_UNLESS_NULL, 3 },
#endif
#ifdef SYS_futex_wait
	{ SYS_futex_wait, "lock", TIMEOUT_UNLESS_NULL, 4 },
#endif
	{ SYS_fcntl, "file-lock", TIMEOUT_NEVER, 0 },
	{ SYS_flock, "file-lock", TIMEOUT_NEVER, 0 },
#ifdef SYS_semop
	{ SYS_semop, "semop", TIMEOUT_NEVER, 0 },
	{ SYS_semtimedop, "semop", TIMEOUT_UNLESS_NULL, 3 },
	{ SYS_msgrcv, "msgrcv", TIMEOUT_NEVER, 0 },
	{ SYS_msgsnd, "msgsnd", TIMEOUT_NEVER, 0 },
#endif
	{ SYS_mq_timedreceive, "msgrcv", TIMEOUT_UNLESS_NULL, 4 },
	{ SYS_mq_timedsend, "msgsnd", TIMEOUT_UNLESS_NULL, 4 },
	{ SYS_io_getevents, "other", TIMEOUT_UNLESS_NULL, 4 },
#ifdef SYS_vfork
	{ SYS_vfork, "vfork", TIMEOUT_NEVER, 0 },
#endif
	{ SYS_clone, "vfork", TIMEOUT_NEVER, 0 },
#ifdef SYS_clone3
	{ SYS_clone3, "vfork", TIMEOUT_NEVER, 0 },
#endif
};

/* FUTEX_WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2 of linux/futex.h, which old releases have in part: the ones that use the timeout. */
UNUSED_OK static bool futex_waits(unsigned long operation)
{
	unsigned long command = operation & 127;
	return command == 0 || command == 6 || command == 9 || command == 11 || command == 13;
}

/* What a sleeping thread waits in, from /proc/P/task/T/syscall (fs/proc/base.c proc_pid_syscall). What is unknown counts as timed. */
UNUSED_OK static void linux_wait(pid_t pid, struct thread_state *thread)
{
	char text[256];
	long number;
	unsigned long argument[6];
	thread->call = "other";
	thread->wait = WAIT_TIMED;
	proc_text(text, sizeof text, "/proc/%ld/task/%ld/syscall", (long)pid, thread->tid);
	if (sscanf(text, "%ld %lx %lx %lx %lx %lx %lx", &number, &argument[0], &argument[1], &argument[2], &argument[3], &argument[4], &argument[5]) != 7)
		return;
	if (number == SYS_restart_syscall)
		thread->call = "restarted"; /* after SIGCONT: one of the three that seen_in() knows, the arguments are gone */
	for (size_t i = 0; i < sizeof waiting_calls / sizeof *waiting_calls; i++) {
		const struct waiting_call *known = &waiting_calls[i];
		if (known->number != number)
			continue;
		if (number == SYS_futex && !futex_waits(argument[1]))
			return;
		if (number == SYS_fcntl && argument[1] != F_SETLKW && argument[1] != F_OFD_SETLKW)
			return;
		unsigned long timeout = argument[known->argument];
		bool forever = known->timeout == TIMEOUT_NEVER || (known->timeout == TIMEOUT_UNLESS_NULL && timeout == 0) ||
			(known->timeout == TIMEOUT_UNLESS_NEGATIVE && (int)timeout < 0);
		thread->wait = forever ? WAIT_FOREVER : WAIT_TIMED;
		/* Where there is no pause call (aarch64), both glibc's and musl's pause() are ppoll(NULL, 0, NULL, NULL). */
		thread->call = number == SYS_ppoll && forever && argument[0] == 0 && argument[1] == 0 ? "pause" : known->call;
		return;
	}
}

/* Fills in one thread. One that has gone while we look counts as running: what it does, or has started, we do not see. */
UNUSED_OK static void linux_thread(pid_t pid, long tid, struct thread_state *thread)
{
	char status[8192];
	const char *at;
	*thread = (struct thread_state){ .tid = tid, .state = 'R', .call = "running" };
	if (!proc_text(status, sizeof status, "/proc/%ld/task/%ld/status", (long)pid, tid) || !(at = strstr(status, "\nState:\t")))
		return;
	thread->state = at[8];
	unsigned long long pending = proc_field(status, "\nSigPnd:\t", 16) | proc_field(status, "\nShdPnd:\t", 16);
	bool killed = (pending & 1ULL << (SIGKILL - 1)) != 0, in_vfork;
	thread->deliverable = (pending & ~proc_field(status, "\nSigBlk:\t", 16)) != 0;
	thread->switches = proc_field(status, "\nvoluntary_ctxt_switches:\t", 10) + proc_field(status, "\nnonvoluntary_ctxt_switches:\t", 10);
	switch (thread->state) {
	case 'S': case 'D':
		linux_wait(pid, thread);
		/* A vfork's parent sleeps killable, shown as D (kernel/fork.c wait_for_vfork_done), deaf to other signals; any other D is about to move. */
		in_vfork = strcmp(thread->call, "vfork") == 0;
		if (in_vfork)
			thread->deliverable = killed;
		if (thread->state == (in_vfork ? 'D' : 'S'))
			thread->state = 'S';
		else
			*thread = (struct thread_state){ .tid = tid, .state = 'R', .call = "running" };
		break;
	case 'T': case 't':
		thread->state = 'T';
		thread->call = "stopped";
		thread->wait = WAIT_FOREVER;
		thread->deliverable = killed; /* all other signals wait for SIGCONT */
		break;
	case 'Z': case 'X':
		thread->state = 'Z';
		thread->call = "ended";
		break;
	}
}

/* Fills in a process's threads, oldest first, the main thread at the head even when it has ended; how many, 0 for no such process. */
UNUSED_OK static int thread_states(pid_t pid, struct thread_state *threads, int room)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
	DIR *tasks = opendir(path);
	if (!tasks)
		return 0;
	int count = 0;
	for (struct dirent *entry; count < room && (entry = readdir(tasks));) {
		long tid = strtol(entry->d_name, NULL, 10);
		if (tid > 0)
			linux_thread(pid, tid, &threads[count++]);
	}
	closedir(tasks);
	return count;
}

/* Fills in one thread of a process, tid 0 for its main thread; false when there is none. */
UNUSED_OK static bool one_thread_state(pid_t pid, long tid, struct thread_state *thread)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%ld/task/%ld", (long)pid, tid ? tid : (long)pid);
	if (access(path, F_OK) == -1)
		return false;
	linux_thread(pid, tid ? tid : (long)pid, thread);
	return true;
}

/* Fills in what is left open of waits: here nothing. */
UNUSED_OK static void tell_waits(pid_t pid, struct thread_state *threads, int count)
{
	(void)pid;
	(void)threads;
	(void)count;
}

/* One process of /proc, for finding descendants. */
struct process {
	pid_t pid, parent;
	bool ended, ours;
};

/* Reads fs/proc/array.c do_task_stat(): a leader that has ended while its threads live reads Z too, but has more than one thread. */
UNUSED_OK static bool linux_process(pid_t pid, struct process *process)
{
	char text[1024], state;
	int parent;
	long threads;
	const char *at;
	if (!proc_text(text, sizeof text, "/proc/%ld/stat", (long)pid) || !(at = strrchr(text, ')')))
		return false;
	if (sscanf(at, ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld", &state, &parent, &threads) != 3)
		return false;
	*process = (struct process){ .pid = pid, .parent = parent, .ended = state == 'X' || (state == 'Z' && threads <= 1) };
	return true;
}

/* Where the kernel does not tell children (CONFIG_PROC_CHILDREN): finds the living descendants among all processes. */
UNUSED_OK static int descendants_among_all(pid_t *pids, int room)
{
	DIR *proc = opendir("/proc");
	struct process *all = NULL;
	int count = 0, size = 0, found = 0;
	for (struct dirent *entry; proc && (entry = readdir(proc));) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid <= 0)
			continue;
		if (count == size) {
			struct process *larger = realloc(all, (size_t)(size = size * 2 + 256) * sizeof *all);
			if (!larger)
				break;
			all = larger;
		}
		count += linux_process(pid, &all[count]);
	}
	if (proc)
		closedir(proc);
	for (bool more = true; more;) { /* again while any was found: a parent may have a higher number than its child */
		more = false;
		for (int i = 0; i < count; i++) {
			bool ours = all[i].parent == getpid();
			for (int j = 0; j < count && !ours; j++)
				ours = all[j].ours && all[j].pid == all[i].parent;
			more |= ours && !all[i].ours;
			all[i].ours |= ours;
		}
	}
	for (int i = 0; i < count && found < room; i++)
		if (all[i].ours && !all[i].ended)
			pids[found++] = all[i].pid;
	free(all);
	return found;
}

/* Adds the children of a process's threads to `pids`; how many there are then, -1 when that is not told or one list is too long. */
UNUSED_OK static int add_children(pid_t parent, pid_t *pids, int count, int room)
{
	char path[64], text[16 * 1024];
	snprintf(path, sizeof path, "/proc/%ld/task", (long)parent);
	DIR *tasks = opendir(path);
	for (struct dirent *entry; tasks && count >= 0 && (entry = readdir(tasks));) {
		long tid = strtol(entry->d_name, NULL, 10);
		char *at = text, *next;
		if (tid <= 0)
			continue;
		errno = 0;
		if (!proc_text(text, sizeof text, "/proc/%ld/task/%ld/children", (long)parent, tid) && errno != 0 && parent == getpid())
			count = -1;
		for (long pid; count >= 0 && count < room && (pid = strtol(at, &next, 10)) > 0; at = next)
			pids[count++] = (pid_t)pid;
		if (strlen(text) == sizeof text - 1)
			count = -1;
	}
	if (tasks)
		closedir(tasks);
	return count;
}

UNUSED_OK static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;
	return (x > y) - (x < y);
}

/*
 * The living descendants of this process, which is their reaper: at most `room`, oldest first; zombies are not among them. While some of them end,
 * the kernel's lists of children may lack others (fs/proc/array.c get_children_pid): who must have all asks until nothing changes.
 */
UNUSED_OK static int descendants(pid_t *pids, int room)
{
	struct process process;
	int found = add_children(getpid(), pids, 0, room), living = 0;
	for (int i = 0; i < found && found < room; i++)
		found = add_children(pids[i], pids, found, room);
	if (found < 0 || found == room)
		return descendants_among_all(pids, room);
	for (int i = 0; i < found; i++)
		if (linux_process(pids[i], &process) && !process.ended)
			pids[living++] = pids[i];
	qsort(pids, (size_t)living, sizeof *pids, compare_pids);
	return living;
}

/* Whether there is any process of that user. */
UNUSED_OK static bool user_has_processes(uid_t user)
{
	DIR *proc = opendir("/proc");
	bool found = false;
	for (struct dirent *entry; proc && !found && (entry = readdir(proc));) {
		struct stat status;
		found = strtol(entry->d_name, NULL, 10) > 0 && fstatat(dirfd(proc), entry->d_name, &status, 0) == 0 && status.st_uid == user;
	}
	if (proc)
		closedir(proc);
	return found;
}

/* The kernel's timers that could send a signal, by the hashed addresses that /proc/timer_list gives to root. */
struct timers {
	bool visible;
	bool nameless; /* some have no address: soon after boot the kernel cannot hash yet (lib/vsprintf.c ptr_to_id) */
	int count;
	unsigned long long address[256];
};

/* Reads kernel/time/timer_list.c: which are armed to fire within so many ms, the POSIX timers among them or only alarm() and ITIMER_REAL. */
UNUSED_OK static void armed_timers(struct timers *timers, long long within_ms, bool posix)
{
	char line[256];
	long long now = 0, offset = 0, expires;
	unsigned long long address = 0;
	bool ours = false;
	FILE *list = fopen("/proc/timer_list", "re");
	*timers = (struct timers){ .visible = list != NULL };
	while (list && timers->count < 256 && fgets(line, sizeof line, list)) {
		if (sscanf(line, "now at %lld nsecs", &now) == 1 || sscanf(line, " .offset: %lld nsecs", &offset) == 1)
			continue;
		if (sscanf(line, " # expires at %lld-", &expires) == 1) { /* the line after a timer's name, in the time of its clock */
			bool soon = ours && (expires - offset - now) / 1000000 <= within_ms;
			if (soon && address)
				timers->address[timers->count++] = address;
			timers->nameless |= soon && !address;
			continue;
		}
		ours = strstr(line, ", it_real_fn") || (posix && (strstr(line, ", posix_timer_fn") || strstr(line, ", alarmtimer_fired")));
		if (sscanf(line, " #%*d: <%llx>", &address) != 1)
			address = 0;
	}
	if (list)
		fclose(list);
}

UNUSED_OK static bool none_armed(const struct timers *timers)
{
	return timers->visible && !timers->nameless && timers->count == 0;
}

/* Whether the process has an armed timerfd, told by the it_value of its fdinfo (fs/timerfd.c timerfd_show). */
UNUSED_OK static bool has_armed_timerfd(pid_t pid)
{
	char path[64], text[1024];
	bool armed = false;
	snprintf(path, sizeof path, "/proc/%ld/fdinfo", (long)pid);
	DIR *fds = opendir(path);
	for (struct dirent *entry; fds && !armed && (entry = readdir(fds));) {
		long fd = strtol(entry->d_name, NULL, 10);
		const char *value = proc_text(text, sizeof text, "/proc/%ld/fdinfo/%ld", (long)pid, fd) ? strstr(text, "\nit_value: (") : NULL;
		armed = value && strncmp(value, "\nit_value: (0, 0)", 17) != 0;
	}
	if (fds)
		closedir(fds);
	return armed;
}

/* Whether the process has POSIX timers, armed or not, other than of CPU time (ClockID below 0), which stands still while it is blocked. */
UNUSED_OK static bool has_posix_timer(pid_t pid)
{
	char text[4096];
	bool found = false;
	proc_text(text, sizeof text, "/proc/%ld/timers", (long)pid);
	for (const char *at = text; !found && (at = strstr(at, "ClockID: ")); at++)
		found = at[strlen("ClockID: ")] != '-';
	return found;
}

/*
 * Whether a timer that was not armed `before` these processes began may move one of them in the time they have left. The kernel does not say whose
 * an alarm() is: one of someone else, armed since, counts as well. Who may not read /proc/timer_list sees no alarm(), and which POSIX timers there
 * are, but not which are armed.
 */
UNUSED_OK static bool timer_may_fire(const pid_t *pids, int count, const struct timers *before, long long left_ms)
{
	struct timers now;
	bool posix = false;
	for (int i = 0; i < count; i++) {
		if (has_armed_timerfd(pids[i]))
			return true;
		posix |= has_posix_timer(pids[i]);
	}
	armed_timers(&now, left_ms, posix);
	if (!now.visible)
		return posix;
	for (int i = 0; i < now.count; i++) {
		bool old = false;
		for (int j = 0; j < before->count; j++)
			old |= before->address[j] == now.address[i];
		if (!old)
			return true;
	}
	return now.nameless;
}

#elif defined(__FreeBSD__)

#include <sys/param.h>
#include <sys/procctl.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <pthread_np.h>

UNUSED_OK static long thread_id(void)
{
	return pthread_getthreadid_np();
}

UNUSED_OK static void let_others_look(void)
{
}

/* Wait channels of FreeBSD 13.2 to 15 and the calls that sleep there: sys/kern, sys/fs/fifofs. */
static const struct {
	char channel[9]; /* ki_wmesg holds no more than WMESGLEN */
	const char *call;
} waiting_calls[] = {
	{ "pause", "pause" }, { "sigsusp", "pause" }, { "sigwait", "sigwait" }, { "nanslp", "sleep" },
	{ "piperd", "read" }, { "sbwait", UNTOLD }, { "ttyin", "read" },
	{ "pipewr", "write" }, { "pipdwt", "write" }, { "pipdwc", "write" }, { "pipdww", "write" }, { "pipbww", "write" },
	{ "select", "poll" }, { "kqread", "poll" }, { "accept", "accept" }, { "connec", "connect" }, { "fifoor", "open" }, { "fifoow", "open" },
	{ "wait", "wait" }, { "umtxn", "lock" }, { "umtxpi", "lock" }, { "umtxpp", "lock" }, { "uwait", "lock" }, { "ucond", "lock" },
	{ "usem", "lock" }, { "urdlck", "lock" }, { "uwrlck", "lock" }, { "ksem", "lock" }, { "lockf", "file-lock" }, { "semwait", "semop" },
	{ "msgrcv", "msgrcv" }, { "mqrecv", "msgrcv" }, { "msgsnd", "msgsnd" }, { "mqsend", "msgsnd" }, { "ppwait", "vfork" },
};

/* A sysctl's answer, in memory to free(); NULL when there is none. How long it is is not asked first: that costs as much as the answer. */
UNUSED_OK static void *sysctl_answer(int kind, pid_t pid, size_t *size)
{
	int name[4] = { CTL_KERN, KERN_PROC, kind, pid };
	for (size_t room = 32 * 1024; room < 64 * 1024 * 1024; room *= 2) {
		void *answer = malloc(*size = room);
		if (answer && sysctl(name, 4, answer, size, NULL, 0) == 0)
			return *size > 0 ? answer : (free(answer), NULL);
		free(answer);
		if (errno != ENOMEM)
			break;
	}
	return NULL;
}

/* One of the kernel stacks that were looked at last. */
struct known_wait {
	pid_t pid;
	struct thread_state before, after;
};

/* Fills in what an earlier look at that very wait has told; false when there was none. What is pending may have changed since, and stays. */
UNUSED_OK static bool recall_wait(const struct known_wait *known, pid_t pid, struct thread_state *thread)
{
	if (known->pid != pid || known->before.tid != thread->tid || known->before.switches != thread->switches || known->before.call != thread->call)
		return false;
	thread->wait = known->after.wait;
	thread->call = known->after.call;
	return true;
}

/*
 * Tells timed from untimed waits and a socket's directions, which a wait channel does not. The kernel stack does: a wait with a timeout goes through
 * sleepq_timedwait or sleepq_timedwait_sig (sys/kern/subr_sleepqueue.c), whose frames no tail call removes. Without `options STACK` (GENERIC has it) it
 * stays unknown. The kernel searches all its symbols for each frame: as long as a thread has not run, it is not asked again.
 */
UNUSED_OK static void tell_waits(pid_t pid, struct thread_state *threads, int count)
{
	static struct known_wait known[64];
	struct kinfo_kstack *stacks = NULL;
	size_t size = 0;
	for (int i = 0; i < count; i++) {
		struct thread_state *thread = &threads[i];
		struct known_wait *slot = &known[thread->tid % 64];
		if (thread->wait != WAIT_UNKNOWN || recall_wait(slot, pid, thread))
			continue;
		if (!stacks && !(stacks = sysctl_answer(KERN_PROC_KSTACK, pid, &size)))
			return;
		slot->pid = pid;
		slot->before = *thread;
		for (size_t s = 0; s < size / sizeof *stacks; s++) {
			const char *trace = stacks[s].kkst_trace;
			if (thread->tid != stacks[s].kkst_tid || !strstr(trace, "sleepq_"))
				continue;
			thread->wait = strstr(trace, "sleepq_timedwait") ? WAIT_TIMED : WAIT_FOREVER;
			if (strcmp(thread->call, UNTOLD) == 0)
				thread->call = strstr(trace, "sosend") ? "write" : "read";
		}
		slot->after = *thread;
	}
	free(stacks);
}

UNUSED_OK static bool is_deliverable(const struct kinfo_proc *thread, const struct kinfo_proc *process)
{
	for (int word = 0; word < _SIG_WORDS; word++)
		if ((thread->ki_siglist.__bits[word] | process->ki_siglist.__bits[word]) & ~thread->ki_sigmask.__bits[word])
			return true;
	return false;
}

UNUSED_OK static void freebsd_thread(const struct kinfo_proc *thread, const struct kinfo_proc *process, struct thread_state *state)
{
	bool killed = sigismember(&process->ki_siglist, SIGKILL) == 1 || sigismember(&thread->ki_siglist, SIGKILL) == 1;
	*state = (struct thread_state){ .tid = thread->ki_tid, .state = 'R', .call = "running" };
	state->deliverable = is_deliverable(thread, process);
	state->switches = (unsigned long long)thread->ki_rusage.ru_nvcsw + (unsigned long long)thread->ki_rusage.ru_nivcsw;
	if (thread->ki_stat == SZOMB) {
		state->state = 'Z';
		state->call = "ended";
	} else if (thread->ki_stat == SSTOP) {
		state->state = 'T';
		state->call = "stopped";
		state->wait = WAIT_FOREVER;
		state->deliverable = killed; /* all other signals wait for SIGCONT */
	} else if (thread->ki_stat == SSLEEP) {
		state->state = 'S';
		state->call = "other"; /* a disk, a page: it ends by itself */
		for (size_t i = 0; i < sizeof waiting_calls / sizeof *waiting_calls; i++)
			if (strcmp(thread->ki_wmesg, waiting_calls[i].channel) == 0) {
				state->call = waiting_calls[i].call;
				state->wait = WAIT_UNKNOWN;
			}
		if (strcmp(state->call, "vfork") == 0) { /* wakes each second to look again (sys/kern/kern_fork.c fork_rfppwait), deaf to signals */
			state->wait = WAIT_FOREVER;
			state->switches = 0;
			state->deliverable = killed;
		}
	}
}

/* Fills in a process's threads, oldest first; how many, 0 for no such process. For waits see tell_waits(). */
UNUSED_OK static int thread_states(pid_t pid, struct thread_state *threads, int room)
{
	size_t size, process_size;
	int count = 0;
	struct kinfo_proc *process = sysctl_answer(KERN_PROC_PID, pid, &process_size); /* ki_siglist: of the process */
	struct kinfo_proc *each = process ? sysctl_answer(KERN_PROC_PID | KERN_PROC_INC_THREAD, pid, &size) : NULL; /* of the thread */
	for (size_t i = 0; each && i < size / sizeof *each && count < room; i++)
		freebsd_thread(&each[i], process, &threads[count++]);
	free(each);
	free(process);
	return count;
}

/* Fills in one thread of a process, tid 0 for its main thread; false when there is none. */
UNUSED_OK static bool one_thread_state(pid_t pid, long tid, struct thread_state *thread)
{
	struct thread_state threads[MOST_THREADS];
	int count = thread_states(pid, threads, MOST_THREADS);
	for (int i = 0; i < count; i++)
		if (tid ? threads[i].tid == tid : i == 0) {
			*thread = threads[i];
			return true;
		}
	return false;
}

/* The living descendants of this process, which is their reaper: at most `room`, oldest first; zombies are not among them. */
UNUSED_OK static int descendants(pid_t *pids, int room)
{
	struct procctl_reaper_status status;
	struct procctl_reaper_pids query = { 0 };
	int found = 0;
	if (procctl(P_PID, getpid(), PROC_REAP_STATUS, &status) == -1)
		return 0;
	query.rp_count = status.rs_descendants + 64; /* it may grow while we ask; the ones past the last are left not VALID */
	query.rp_pids = calloc(query.rp_count, sizeof *query.rp_pids);
	if (query.rp_pids && procctl(P_PID, getpid(), PROC_REAP_GETPIDS, &query) == 0)
		for (unsigned i = query.rp_count; i-- > 0 && found < room;) { /* the kernel's list has the newest first */
			size_t size;
			bool valid = (query.rp_pids[i].pi_flags & REAPER_PIDINFO_VALID) != 0;
			struct kinfo_proc *process = valid ? sysctl_answer(KERN_PROC_PID, query.rp_pids[i].pi_pid, &size) : NULL;
			if (process && process->ki_stat != SZOMB)
				pids[found++] = query.rp_pids[i].pi_pid;
			free(process);
		}
	free(query.rp_pids);
	return found;
}

/* Whether there is any process of that user. */
UNUSED_OK static bool user_has_processes(uid_t user)
{
	size_t size;
	struct kinfo_proc *processes = sysctl_answer(KERN_PROC_RUID, (pid_t)user, &size);
	free(processes);
	return processes != NULL;
}

/* FreeBSD shows no one's armed timers: a program that arms one says in its header how long nothing may move before a hang is believed. */
struct timers {
	bool visible;
};

UNUSED_OK static void armed_timers(struct timers *timers, long long within_ms, bool posix)
{
	(void)within_ms;
	(void)posix;
	timers->visible = false;
}

UNUSED_OK static bool none_armed(const struct timers *timers)
{
	return timers->visible;
}

UNUSED_OK static bool timer_may_fire(const pid_t *pids, int count, const struct timers *before, long long left_ms)
{
	(void)pids;
	(void)count;
	(void)before;
	(void)left_ms;
	return false;
}

#else
#error "how to look at threads is known for Linux and FreeBSD only"
#endif

/*
 * Whether what was seen is the call that was asked for. Linux does not tell which of three calls a restarted one is, nor FreeBSD without kernel stacks
 * in which direction a socket waits: it is taken for the one expected.
 */
UNUSED_OK static bool seen_in(const char *seen, const char *call)
{
	if (strcmp(seen, UNTOLD) == 0)
		return strcmp(call, "read") == 0 || strcmp(call, "write") == 0;
	if (strcmp(seen, "restarted") == 0)
		return strcmp(call, "poll") == 0 || strcmp(call, "sleep") == 0 || strcmp(call, "lock") == 0;
	return strcmp(seen, call) == 0;
}

/*
 * Returns once that thread is seen asleep in `call` ("" for any); tid 0 stands for the process's main thread. Ends the run (exit 70) after ten seconds.
 * Looking again and again orders nothing: what follows is ordered after the thread fell asleep because it was seen asleep.
 */
UNUSED_OK static void await_parked(pid_t pid, long tid, const char *call)
{
	struct thread_state thread;
	const struct timespec pause = { 0, 200000 };
	struct timespec now, begun;
	const char *seen = "gone";
	clock_gettime(CLOCK_MONOTONIC, &begun);
	do {
		bool found = one_thread_state(pid, tid, &thread);
		if (found && strcmp(thread.call, UNTOLD) == 0)
			tell_waits(pid, &thread, 1);
		seen = found ? thread.call : "gone";
		if (found && (thread.state == 'S' || thread.state == 'T') && (*call == '\0' || seen_in(seen, call)))
			return;
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - begun.tv_sec < 10);
	fprintf(stderr, "set-up failed: waiting for a thread to park in %s: it is %s\n", *call ? call : "any call", seen);
	_exit(70);
}

#endif
