/*
 * Ends, hangs and misbehaves on demand: `provoke SITUATION`. Each situation is one that supervise must name and survive;
 * supervise.rs says what it must make of it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/timerfd.h>
#endif

#include "threads.h"

extern char **environ;

static const char *self; /* this program's path, to exec it again */

#define CHECK(call) do { if ((call) == -1) { perror(#call); _exit(70); } } while (0)

static pthread_t thread(void *(*body)(void *), void *argument)
{
	pthread_t made;
	if (pthread_create(&made, NULL, body, argument) != 0)
		_exit(70);
	return made;
}

static void *pausing(void *unused)
{
	pause();
	return unused;
}

static void *ending(void *unused)
{
	return unused;
}

static void nothing(int signo)
{
	(void)signo;
}

static void block(int signo)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* --- It ends by itself --- */

static void exit_seven(void) { exit(7); }
static void signal_term(void) { raise(SIGTERM); }
static void signal_kill(void) { raise(SIGKILL); }
static void signal_realtime(void) { raise(SIGRTMIN + 3); }
static void null_pointer(void) { *(volatile int *)8 = 1; }
static void sleep_second(void) { sleep(1); }

static void alarm_kills(void)
{
	alarm(1);
	pause();
}

static void alarm_again(void)
{
	signal(SIGALRM, nothing);
	alarm(1);
	pause(); /* the timer is gone now: no reason any more not to believe a hang */
	pause();
}

static void posix_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec second = { .it_value = { 1, 0 } };
	timer_t timer;
	sigset_t set;
	int taken;
	block(SIGUSR1);
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(timer_settime(timer, 0, &second, NULL));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &taken);
}

#if defined(__linux__)
static void timer_fd(void)
{
	struct itimerspec second = { .it_value = { 1, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	CHECK(timerfd_settime(fd, 0, &second, NULL));
	poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
}
#endif

/* --- It hangs --- */

static void spin_sleeping(void)
{
	for (;;)
		usleep(10000);
}

static void sigwait_wrong(void)
{
	sigset_t set;
	int taken;
	block(SIGUSR1);
	raise(SIGUSR1); /* stays pending: it must not be taken for one that could wake us */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &taken);
}

static void sigsuspend_forever(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigsuspend(&none);
}

static void stopped(void) { raise(SIGSTOP); }

static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER, second_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both_hold;

static void *second_then_first(void *unused)
{
	pthread_mutex_lock(&second_lock);
	pthread_barrier_wait(&both_hold);
	pthread_mutex_lock(&first_lock);
	return unused;
}

static void deadlock(void)
{
	pthread_barrier_init(&both_hold, NULL, 2);
	thread(second_then_first, NULL);
	pthread_mutex_lock(&first_lock);
	pthread_barrier_wait(&both_hold);
	pthread_mutex_lock(&second_lock);
}

static void join_paused(void) { pthread_join(thread(pausing, NULL), NULL); }

static void condition(void)
{
	pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	pthread_mutex_lock(&first_lock);
	pthread_cond_wait(&never, &first_lock);
}

static void semaphore(void)
{
	sem_t none;
	sem_init(&none, 0, 0);
	sem_wait(&none);
}

static void pipe_deadlock(void)
{
	int up[2], down[2];
	char byte;
	CHECK(pipe(up));
	CHECK(pipe(down));
	if (fork() == 0)
		CHECK(read(down[0], &byte, 1));
	else
		CHECK(read(up[0], &byte, 1));
}

static void pipe_full(void)
{
	static char bytes[1 << 20];
	int end[2];
	CHECK(pipe(end));
	CHECK(write(end[1], bytes, sizeof bytes));
}

static void poll_forever(void) { poll(NULL, 0, -1); }
static void select_forever(void) { select(0, NULL, NULL, NULL, NULL); }

static void receive(void)
{
	int end[2];
	char byte;
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	CHECK(recv(end[0], &byte, 1, 0));
}

static void accept_none(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof address));
	CHECK(listen(listener, 1));
	CHECK(accept(listener, NULL, NULL));
}

static void open_fifo(void)
{
	CHECK(mkfifo("fifo", 0600));
	CHECK(open("fifo", O_RDONLY));
}

static void record_lock(void)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int ready[2];
	char byte;
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	CHECK(pipe(ready));
	if (fork() == 0) {
		CHECK(fcntl(fd, F_SETLK, &whole));
		CHECK(write(ready[1], "", 1));
		pause();
	}
	CHECK(read(ready[0], &byte, 1));
	CHECK(fcntl(fd, F_SETLKW, &whole));
}

static void file_lock(void)
{
	CHECK(flock(open("file", O_RDWR | O_CREAT, 0600), LOCK_EX));
	CHECK(flock(open("file", O_RDWR), LOCK_EX));
}

/* The child of vfork sleeps before it has let go of us. */
static void vfork_paused(void)
{
	if (vfork() == 0) {
		pause();
		_exit(0);
	}
}

static void wait_paused_program(void)
{
	if (vfork() == 0) {
		execl(self, self, "pause_forever", (char *)NULL);
		_exit(70);
	}
	wait(NULL);
}

static void wait_stopped_child(void)
{
	if (fork() == 0)
		raise(SIGSTOP);
	wait(NULL);
}

static void main_thread_gone(void)
{
	thread(pausing, NULL);
	pthread_exit(NULL);
}

static void other_threads_gone(void)
{
	for (int i = 0; i < 3; i++)
		pthread_join(thread(ending, NULL), NULL);
	pause();
}

static void zombies_and_pause(void)
{
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			_exit(0);
	pause();
}

/* System V objects outlive their processes: so these are seen asleep and then let go, not killed. */
static void semop_seen(void)
{
	int id = semget(IPC_PRIVATE, 1, 0600);
	pid_t child = fork();
	if (child == 0)
		_exit(semop(id, &(struct sembuf){ 0, -1, 0 }, 1) == -1 ? errno : 0);
	await_parked(child, 0, "semop");
	CHECK(semctl(id, 0, IPC_RMID));
	wait(NULL);
}

static void msgrcv_seen(void)
{
	char message[64];
	int id = msgget(IPC_PRIVATE, 0600);
	pid_t child = fork();
	if (child == 0)
		_exit(msgrcv(id, message, 8, 0, 0) == -1 ? errno : 0);
	await_parked(child, 0, "msgrcv");
	CHECK(msgctl(id, IPC_RMID, NULL));
	wait(NULL);
}

/* SIGCONT lets a stopped poll go on, on Linux as another system call: it is seen to be in poll all the same, and in a wait that may end. */
static void continued_seen(void)
{
	pid_t child = fork();
	if (child == 0)
		poll(NULL, 0, 60000);
	await_parked(child, 0, "poll");
	CHECK(kill(child, SIGSTOP));
	await_parked(child, 0, "stopped");
	CHECK(kill(child, SIGCONT));
	await_parked(child, 0, "poll");
}

/* A thread of ours, a child, and from that child its parent: each is seen, and the parent then ends. */
static void all_seen(void)
{
	pid_t parent = getpid(), child;
	long tid = thread_id();
	thread(pausing, NULL);
	child = fork();
	if (child == 0) {
		await_parked(parent, tid, "wait");
		_exit(0);
	}
	waitpid(child, NULL, 0);
	child = fork();
	if (child == 0)
		pause();
	await_parked(child, 0, "pause");
	raise(SIGUSR1); /* the child is left behind */
}

/* --- It takes too much --- */

static void *spinning(void *unused)
{
	for (volatile int always = 1; always;)
		;
	return unused;
}

static void spin(void)
{
	thread(spinning, NULL);
	spinning(NULL);
}

static void flood(int fd)
{
	static char bytes[1 << 20];
	memset(bytes, 'x', sizeof bytes);
	for (int i = 0; i < 1024; i++)
		CHECK(write(fd, bytes, sizeof bytes));
}

static void flood_stdout(void) { flood(STDOUT_FILENO); }
static void flood_stderr(void) { flood(STDERR_FILENO); }

static void write_all(int fd, size_t count)
{
	for (size_t i = 0; i < count; i++)
		CHECK(write(fd, &"0123456789"[i % 10], 1));
}

static void output_most(void) { write_all(STDOUT_FILENO, 64 * 1024); }
static void output_more(void) { write_all(STDOUT_FILENO, 64 * 1024 + 1); }
static void errors_tail(void) { write_all(STDERR_FILENO, 100 * 1000); }

static void output_bytes(void)
{
	for (int byte = 0; byte < 256; byte++)
		CHECK(write(STDOUT_FILENO, &(char){ (char)byte }, 1));
}

static void eat_memory(void)
{
	size_t eaten = 0;
	while (eaten < 1 << 20 && malloc(1 << 20))
		eaten++;
	printf("mebibytes: %s\n", eaten < 2048 ? "less than 2048" : "too many");
}

static void big_file(void)
{
	static char bytes[1 << 20];
	int fd = open("file", O_WRONLY | O_CREAT, 0600);
	for (;;)
		CHECK(write(fd, bytes, sizeof bytes));
}

/* A bomb may not take more of the machine than what proves the point, even where supervise sets no such limit. */
static void limit_processes(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NPROC, &limit);
	if (geteuid() == 0 || (limit.rlim_max > 200 && (limit.rlim_cur = 200, setrlimit(RLIMIT_NPROC, &limit)) == -1))
		_exit(70);
}

static void fork_bomb(void)
{
	limit_processes();
	for (;;)
		fork();
}

/* Each child leaves its session and parent behind. */
static void daemon_bomb(void)
{
	limit_processes();
	for (;;) {
		if (fork() != 0)
			continue;
		setsid();
		if (fork() != 0)
			_exit(0);
	}
}

/* As root these would take the machine with them. */
static void require_user(void)
{
	if (geteuid() == 0)
		_exit(70);
}

static void stop_everyone(void)
{
	require_user();
	for (;;)
		kill(-1, SIGSTOP);
}

static void kill_everyone(void)
{
	require_user();
	signal(SIGTERM, SIG_IGN);
	kill(-1, SIGTERM);
	kill(-1, SIGKILL);
	puts("still: here");
}

/* --- It leaves things behind --- */

static void daemons(void)
{
	int ready[2];
	char byte;
	CHECK(pipe(ready));
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			if (fork() != 0)
				_exit(0);
			setsid();
			signal(SIGTERM, SIG_IGN);
			CHECK(write(ready[1], "", 1));
			pause();
		}
	for (int i = 0; i < 3; i++)
		CHECK(read(ready[0], &byte, 1));
	while (wait(NULL) > 0)
		;
}

static void odd_files(void)
{
	CHECK(mkdir("closed", 0700));
	CHECK(mkdir("closed/inner", 0700));
	CHECK(open("closed/inner/file", O_CREAT, 0));
	CHECK(mkfifo("closed/fifo", 0));
	CHECK(symlink("/", "closed/root"));
	CHECK(symlink("closed", "link"));
	CHECK(chmod("closed/inner", 0));
	CHECK(chmod("closed", 0));
	CHECK(mkdir("read-only", 0700));
	CHECK(open("read-only/file", O_CREAT, 0400));
	CHECK(chmod("read-only", 0500));
}

static void deep_directories(void)
{
	for (int i = 0; i < 1500; i++) {
		CHECK(mkdir("deeper", 0700));
		CHECK(chdir("deeper"));
	}
}

/* --- It tells in what state it began --- */

static void tell_state(void)
{
	struct rlimit limit;
	struct itimerval timer;
	sigset_t set;
	const struct { int resource; const char *name; } limits[] = {
		{ RLIMIT_CPU, "cpu" }, { RLIMIT_FSIZE, "fsize" }, { RLIMIT_AS, "as" }, { RLIMIT_NOFILE, "nofile" }, { RLIMIT_CORE, "core" }, { RLIMIT_NPROC, "nproc" },
	};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (getrlimit(limits[i].resource, &limit) == 0)
			printf("%s: %lld %lld\n", limits[i].name, (long long)limit.rlim_cur, (long long)limit.rlim_max);
	printf("session: %s\n", getsid(0) == getpid() && getpgid(0) == getpid() ? "own" : "not own");
	sigprocmask(SIG_BLOCK, NULL, &set);
	for (int signo = 1; signo <= SIGRTMAX; signo++) {
		struct sigaction action;
		if (sigismember(&set, signo) == 1 || (sigaction(signo, NULL, &action) == 0 && action.sa_handler != SIG_DFL))
			printf("signal %d: not default\n", signo);
	}
	if (getitimer(ITIMER_REAL, &timer) == -1 || timer.it_value.tv_sec || timer.it_value.tv_usec)
		puts("timer: armed");
	printf("umask: %03o\n", umask(0));
	printf("user: %s\n", geteuid() == 0 ? "root" : "not root");
	printf("groups: %d\n", getgroups(0, NULL));
	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			printf("descriptor: %d\n", fd);
	printf("stdin: %s\n", read(STDIN_FILENO, &set, 1) == 0 ? "empty" : "not empty");
	char *here = getcwd(NULL, 0);
	printf("home: %s\n", here && getenv("HOME") && strcmp(here, getenv("HOME")) == 0 ? "here" : "elsewhere");
	DIR *directory = opendir(".");
	for (struct dirent *entry; (entry = readdir(directory));)
		if (entry->d_name[0] != '.')
			printf("file: %s\n", entry->d_name);
	for (char **variable = environ; *variable; variable++)
		if (strncmp(*variable, "HOME=", 5) != 0)
			printf("%s\n", *variable);
}

static void tell_layout(void)
{
	int on_stack;
	printf("%p %p %p\n", (void *)&on_stack, malloc(1), (void *)&self);
}

#if defined(__linux__)
static void tell_cpus(void)
{
	cpu_set_t set;
	CHECK(sched_getaffinity(0, sizeof set, &set));
	printf("%d\n", CPU_COUNT(&set));
}
#endif

static void nothing_at_all(void) { }
static void pause_forever(void) { pause(); }

static const struct {
	const char *name;
	void (*provoke)(void);
} situations[] = {
#define SITUATION(name) { #name, name }
	SITUATION(exit_seven), SITUATION(signal_term), SITUATION(signal_kill), SITUATION(signal_realtime), SITUATION(null_pointer),
	SITUATION(sleep_second), SITUATION(alarm_kills), SITUATION(alarm_again), SITUATION(posix_timer), SITUATION(spin_sleeping),
	SITUATION(sigwait_wrong), SITUATION(sigsuspend_forever), SITUATION(stopped), SITUATION(deadlock), SITUATION(join_paused),
	SITUATION(condition), SITUATION(semaphore), SITUATION(pipe_deadlock), SITUATION(pipe_full), SITUATION(poll_forever),
	SITUATION(select_forever), SITUATION(receive), SITUATION(accept_none), SITUATION(open_fifo), SITUATION(record_lock),
	SITUATION(file_lock), SITUATION(vfork_paused), SITUATION(wait_paused_program), SITUATION(wait_stopped_child),
	SITUATION(main_thread_gone), SITUATION(other_threads_gone), SITUATION(zombies_and_pause), SITUATION(semop_seen),
	SITUATION(msgrcv_seen), SITUATION(all_seen), SITUATION(continued_seen), SITUATION(spin), SITUATION(flood_stdout), SITUATION(flood_stderr),
	SITUATION(output_most), SITUATION(output_more), SITUATION(errors_tail), SITUATION(output_bytes), SITUATION(eat_memory),
	SITUATION(big_file), SITUATION(fork_bomb), SITUATION(daemon_bomb), SITUATION(stop_everyone), SITUATION(kill_everyone),
	SITUATION(daemons), SITUATION(odd_files), SITUATION(deep_directories), SITUATION(tell_state), SITUATION(tell_layout),
	SITUATION(nothing_at_all), SITUATION(pause_forever),
#if defined(__linux__)
	SITUATION(timer_fd), SITUATION(tell_cpus),
#endif
#undef SITUATION
};

int main(int argc, char **argv)
{
	self = argv[0];
	for (size_t i = 0; argc == 2 && i < sizeof situations / sizeof *situations; i++)
		if (strcmp(argv[1], situations[i].name) == 0) {
			situations[i].provoke();
			return 0;
		}
	fprintf(stderr, "usage: provoke SITUATION\n");
	return 64;
}
