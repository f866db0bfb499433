/*
 * supervise: runs programs again and again, each run in a known state, and says how each ended.
 *
 * It reads a plan on stdin and writes one JSON line when a run starts and one when it has ended (`supervise -h` shows both).
 * A run is a program and all that it starts. It ends when its first process ends, when nothing in it can move any more (`hung`),
 * or when it exceeds a limit; then every process of it is killed and reaped, and its directory removed.
 *
 * The first process of all only starts the jobs and waits. A job makes one run at a time: it is the reaper of the run's processes,
 * so that none can leave, and (started as root) has a user of its own to run them as, so that kill(-1) as that user ends them all at once.
 *
 * What takes long to start can be started once, as a fork server (forkserver.py), which is then asked to fork each run; and the
 * supervisor itself can be kept, with its servers, for plans to come.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <grp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "names.h"
#include "threads.h"

#if defined(__linux__)
#include <sys/personality.h>
#include <sys/prctl.h>
#elif defined(__FreeBSD__)
#include <sys/cpuset.h>
#include <sys/procctl.h>
#endif

extern char **environ;

enum { EXIT_USAGE = 64, EXIT_BROKEN = 70, EXIT_OUTPUT = 74 };

enum {
	LOOK_EVERY = 25,          /* ms between two looks at a run's threads, and before the first: most runs end sooner */
	QUIET_LOOKS = 6,          /* so many looks, at the most, while nothing moves */
	LOOK_SHARE = 40,          /* a run that goes on is looked at whenever it has grown older by this part: what sleeps long is not kept from it */
	NO_TIMERS_HOLD = 200,     /* ms for which it is believed that others have still armed none: the list takes long to read */
	UNSURE_QUIET = 1000,      /* ms without any move before a wait is believed endless that may have a timeout */
	KILL_WITHIN = 10000,      /* ms until processes that do not die are an error */
	SERVE_WITHIN = 60000,     /* ms until a fork server that does not answer is given up: it may have yet to start */
	OUT_MOST = 64 * 1024,     /* bytes on stdout: one more ends the run */
	ERR_KEPT = 16 * 1024,     /* bytes of stderr that are kept, the last ones */
	ERR_MOST = 4 * 1024 * 1024,
	CPU_SECONDS = 20,
	MOST_PROCESSES = 1024,    /* in one look; a run with more cannot be found hung */
	MOST_SEEN = 2048,         /* threads in one look, likewise */
	MOST_SERVERS = 4,         /* of one job: to fork a run from a fifth, one of them is ended */
	SERVER_CHANNEL = 3,       /* the descriptor on which a fork server is asked */
};

static const char usage[] =
	"usage: supervise [-j JOBS] [-u UID] [-d SCRATCH] < PLAN > RECORDS\n"
	"       supervise -k SOCKET [-u UID] [-d SCRATCH]\n"
	"       supervise -a SOCKET < PLAN > RECORDS\n"
	"\n"
	"Runs programs again and again, each run in a known state, and writes how each ended, one JSON line a run.\n"
	"\n"
	"  -j JOBS     runs at the same time (default 1)\n"
	"  -u UID      started as root, job number N runs programs as user UID + N (default 61000), who must have no processes\n"
	"  -d SCRATCH  where the runs' directories are made (default /tmp)\n"
	"  -k SOCKET   stays in the background, makes the runs of one plan after the other, and keeps its fork servers in between; takes the\n"
	"              place of one that is kept there already\n"
	"  -a SOCKET   has the runs made by the one that is kept there; without it they end\n"
	"\n"
	"A plan is a block of lines for each cell:\n"
	"  cell NAME      begins a block\n"
	"  argv WORD      the program, then its arguments, one a line; a relative path is resolved in this directory\n"
	"  env NAME=TEXT  any number of times\n"
	"  first N        number of the first run (default 0)\n"
	"  repeat N       number of the run to stop before (default 1)\n"
	"  deadline MS    when a run is killed as `timed out` (default 30000)\n"
	"  quiet MS       how long nothing may have moved in a hung run (default 100)\n"
	"  hang no        do not look for hangs\n"
	"  cwd keep       run in this directory, not in a fresh one\n"
	"  user root      run as this user, not as the job's\n"
	"  server FILE    the last argument is a script: started is FILE in its place, once for all cells with the same arguments and `env` lines\n"
	"                 up to here, and each run is forked from that; the `env` lines from here on are the run's alone\n"
	"  run            ends the block\n"
	"\n"
	"Records:\n"
	"  {\"start\":{\"cell\":NAME,\"run\":N}}\n"
	"  {\"end\":{\"cell\":NAME,\"run\":N,\"end\":TEXT,\"where\":TEXT,\"out\":BYTES,\"err\":BYTES,\"ms\":N,\"cpu_ms\":N,\"left\":N}}\n"
	"  {\"done\":{\"runs\":N}}\n"
	"TEXT of an end: exit N, signal NAME, hung in CALL, timed out, cpu limit, output limit, not started: ERROR.\n"
	"In strings each byte from 128 is \\u00XX. `left` counts processes that outlived the first and had to be killed.\n"
	"\n"
	"Exit codes: 0 all runs made, 64 usage or plan, 70 could not go on, 74 nobody reads the records, 128 + N ended by signal N.\n";

/* Ends this process; should it be a job, the first process kills what the job leaves. */
static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "supervise: %s: %s\n", what, strerror(errno));
	exit(EXIT_BROKEN);
}

static void *resized(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		fail("allocating memory");
	return memory;
}

__attribute__((format(printf, 1, 2))) static char *formatted(const char *format, ...)
{
	char *text;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) == -1)
		fail("allocating memory");
	va_end(arguments);
	return text;
}

static long long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* --- The plan --- */

struct cell {
	const char *name;
	char **argv, **env; /* each ends in NULL, or is NULL */
	int argc, envc;
	char *server;       /* the fork server's file, or NULL; from the end of the block on, `argv` is the server's; then: */
	char *script;       /* what a run executes */
	char **server_env;  /* what the server's environment has besides */
	long first, repeat, deadline, quiet;
	bool hang, keep_cwd, stay_root;
	long before; /* runs of the cells before this one */
};

struct plan {
	struct cell *cells;
	int count;
	long runs;
};

static _Noreturn void bad_plan(long line, const char *what, const char *text)
{
	fprintf(stderr, "supervise: plan line %ld: %s: %s\n", line, what, text);
	exit(EXIT_USAGE);
}

/* Reads all of stdin, with a NUL at the end. */
static char *read_plan(size_t *length)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	*length = 0;
	do {
		if (room - *length < 4096)
			text = resized(text, room = room * 2 + 8192);
		n = read(STDIN_FILENO, text + *length, room - *length - 1);
		if (n == -1)
			fail("reading the plan");
		*length += (size_t)n;
	} while (n > 0);
	text[*length] = '\0';
	return text;
}

static long plan_number(const char *value, long line)
{
	char *end;
	errno = 0;
	long number = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || number > 1000000000)
		bad_plan(line, "not a number from 0 to 1000000000", value);
	return number;
}

/* True when the value is the one word that this key knows. */
static bool plan_word(const char *value, const char *word, long line)
{
	if (strcmp(value, word) != 0)
		bad_plan(line, "unknown value", value);
	return true;
}

static void add_word(char ***words, int *count, char *word)
{
	*words = resized(*words, ((size_t)*count + 2) * sizeof **words);
	(*words)[(*count)++] = word;
	(*words)[*count] = NULL;
}

/* The `env` lines so far are the fork server's. */
static void begin_served(struct cell *cell, char *server)
{
	cell->server = server;
	cell->server_env = cell->env;
	cell->env = NULL;
	cell->envc = 0;
}

/* One `key value` line inside a block. */
static void plan_line(struct cell *cell, const char *key, char *value, long line)
{
	if (strcmp(key, "argv") == 0)
		add_word(&cell->argv, &cell->argc, value);
	else if (strcmp(key, "env") == 0 && strchr(value, '=') > value)
		add_word(&cell->env, &cell->envc, value);
	else if (strcmp(key, "repeat") == 0)
		cell->repeat = plan_number(value, line);
	else if (strcmp(key, "first") == 0)
		cell->first = plan_number(value, line);
	else if (strcmp(key, "deadline") == 0)
		cell->deadline = plan_number(value, line);
	else if (strcmp(key, "quiet") == 0)
		cell->quiet = plan_number(value, line);
	else if (strcmp(key, "hang") == 0)
		cell->hang = !plan_word(value, "no", line);
	else if (strcmp(key, "cwd") == 0)
		cell->keep_cwd = plan_word(value, "keep", line);
	else if (strcmp(key, "user") == 0)
		cell->stay_root = plan_word(value, "root", line);
	else if (strcmp(key, "server") == 0 && !cell->server)
		begin_served(cell, value);
	else
		bad_plan(line, "not a line of a plan", key);
}

static struct cell *begin_cell(struct plan *plan, const char *name)
{
	plan->cells = resized(plan->cells, ((size_t)plan->count + 1) * sizeof *plan->cells);
	struct cell *cell = &plan->cells[plan->count++];
	*cell = (struct cell){ .name = name, .repeat = 1, .deadline = 30000, .quiet = 100, .hang = true, .before = plan->runs };
	return cell;
}

static void end_cell(struct plan *plan, struct cell *cell, long line)
{
	if (!cell->argv || !*cell->argv[0])
		bad_plan(line, "no program for cell", cell->name);
	if (cell->first > cell->repeat)
		bad_plan(line, "`first` is past `repeat` in cell", cell->name);
	if (cell->server && cell->argc < 2)
		bad_plan(line, "no script for the server of cell", cell->name);
	if (cell->server) {
		cell->script = cell->argv[cell->argc - 1];
		cell->argv[cell->argc - 1] = cell->server;
	}
	plan->runs += cell->repeat - cell->first;
}

/* Splits the plan in place: the cells' strings point into its text, which is never freed. */
static struct plan parse_plan(void)
{
	struct plan plan = { 0 };
	struct cell *cell = NULL;
	size_t length;
	char *text = read_plan(&length), *end = text + length, *next;
	long line = 1;
	for (char *key = text; key < end; key = next, line++) {
		next = memchr(key, '\n', (size_t)(end - key));
		next = next ? next + 1 : end + 1;
		next[-1] = '\0';
		if (strlen(key) != (size_t)(next - 1 - key))
			bad_plan(line, "a NUL byte after", key);
		char *value = strchr(key, ' ');
		if (value)
			*value++ = '\0';
		if (!cell && value && *value && strcmp(key, "cell") == 0) {
			cell = begin_cell(&plan, value);
		} else if (cell && !value && strcmp(key, "run") == 0) {
			end_cell(&plan, cell, line);
			cell = NULL;
		} else if (cell && value) {
			plan_line(cell, key, value, line);
		} else {
			bad_plan(line, cell ? "not a line of a plan" : "not a `cell NAME` line", key);
		}
	}
	if (cell)
		bad_plan(line, "no `run` line for cell", cell->name);
	return plan;
}

/* --- Records --- */

struct text {
	char *at;
	size_t length, room;
};

static void add_bytes(struct text *text, const char *bytes, size_t length)
{
	if (text->room - text->length < length)
		text->at = resized(text->at, text->room = (text->length + length) * 2);
	memcpy(text->at + text->length, bytes, length);
	text->length += length;
}

__attribute__((format(printf, 2, 3))) static void add_format(struct text *text, const char *format, ...)
{
	char piece[512];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(piece, sizeof piece, format, arguments);
	va_end(arguments);
	add_bytes(text, piece, length < (int)sizeof piece ? (size_t)length : sizeof piece - 1);
}

/* Any bytes as a JSON string of ASCII: byte N is character N. */
static void add_string(struct text *text, const char *bytes, size_t length)
{
	add_bytes(text, "\"", 1);
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (byte == '"' || byte == '\\')
			add_format(text, "\\%c", byte);
		else if (byte < 0x20 || byte >= 0x7f)
			add_format(text, "\\u%04x", byte);
		else
			add_bytes(text, &bytes[i], 1);
	}
	add_bytes(text, "\"", 1);
}

/* What the jobs share. */
static struct shared {
	atomic_long next;       /* the run to be made next, counted over all cells */
	atomic_long made;
	pthread_mutex_t output; /* held while a line is written, so that none is torn */
} *shared;

/* Writes one line, in one write() as far as the reader lets it; false when nobody reads any more. */
static bool emit(const struct text *line)
{
	size_t written = 0;
	ssize_t n = 0;
	if (pthread_mutex_lock(&shared->output) == EOWNERDEAD) /* that job is dead, and the first process about to say so */
		pthread_mutex_consistent(&shared->output);
	while (written < line->length && ((n = write(STDOUT_FILENO, line->at + written, line->length - written)) > 0 || errno == EINTR))
		written += n > 0 ? (size_t)n : 0;
	pthread_mutex_unlock(&shared->output);
	return written == line->length;
}

/* --- What differs between systems in acting on processes; threads.h has what differs in looking at them --- */

#if defined(__linux__)
static void set_oom_score(int score)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	dprintf(fd, "%d", score);
	close(fd);
}
#endif

/* When memory runs out the kernel shall kill a run, not its supervisor: only root may ask for that. */
static void be_spared(void)
{
#if defined(__linux__)
	set_oom_score(-1000);
#else
	int how = PPROT_SET; /* not inherited: hence each job asks for itself */
	procctl(P_PID, getpid(), PROC_SPROTECT, &how);
#endif
}

/* Processes whose parent ends become children of this one: none gets away. */
static void be_reaper(void)
{
#if defined(__linux__)
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
#else
	if (procctl(P_PID, getpid(), PROC_REAP_ACQUIRE, NULL) == -1)
#endif
		fail("becoming the reaper of descendants");
}

static void be_expendable(void)
{
#if defined(__linux__)
	set_oom_score(1000);
#endif
}

#if defined(__linux__)
typedef cpu_set_t cpus;
#else
typedef cpuset_t cpus;
#endif

/* The CPUs that this process may use; false when there are more than such a set holds. */
static bool get_cpus(cpus *set)
{
#if defined(__linux__)
	return sched_getaffinity(0, sizeof *set, set) == 0;
#else
	return cpuset_getaffinity(CPU_LEVEL_WHICH, CPU_WHICH_PID, -1, sizeof *set, set) == 0;
#endif
}

static void set_cpus(const cpus *set)
{
#if defined(__linux__)
	sched_setaffinity(0, sizeof *set, set);
#else
	cpuset_setaffinity(CPU_LEVEL_WHICH, CPU_WHICH_PID, -1, sizeof *set, set);
#endif
}

static void close_all_from(int lowest)
{
#if defined(__linux__)
#ifdef SYS_close_range
	if (syscall(SYS_close_range, lowest, ~0U, 0) == 0)
		return;
#endif
	for (long fd = sysconf(_SC_OPEN_MAX); fd-- > lowest;)
		close((int)fd);
#else
	closefrom(lowest);
#endif
}

/* By the bare system call, for libcs hide the signals they use themselves. All zero is SIG_DFL, no flags, no mask, in every layout. */
static void default_dispositions(void)
{
	const char action[64] = { 0 };
#if defined(__linux__)
	for (int signo = 1; signo < _NSIG; signo++)
		syscall(SYS_rt_sigaction, signo, action, NULL, _NSIG / 8);
#else
	for (int signo = 1; signo <= _SIG_MAXSIG; signo++)
		syscall(SYS_sigaction, signo, action, NULL);
#endif
}

/*
 * Programs started from here on have their memory laid out the same each time: one thing less that differs between runs. And where QEMU translates
 * a guest's instructions, it does so anew for each address that they are seen at, which takes most of the time of a short program.
 */
static void lay_out_alike(void)
{
#if defined(__linux__)
	int old = personality(0xffffffff);
	if (old != -1)
		personality((unsigned long)old | ADDR_NO_RANDOMIZE);
#elif defined(PROC_ASLR_CTL)
	int how = PROC_ASLR_FORCE_DISABLE;
	procctl(P_PID, getpid(), PROC_ASLR_CTL, &how);
#endif
}

/* --- A run --- */

/* One of a run's threads in a look. */
struct seen {
	pid_t pid;
	struct thread_state thread;
};

struct look {
	bool blocked; /* nothing in the run can move by itself; else the rest is not filled in */
	bool unsure;  /* some wait may have a timeout */
	int count, processes;
	struct seen seen[MOST_SEEN];
	pid_t pids[MOST_PROCESSES];
};

/* The run under way: a job makes one at a time. */
static struct run {
	const struct cell *cell;
	long number;
	uid_t user;           /* whom it runs as; 0: as supervise itself */
	pid_t first;
	int out, err, report; /* our ends of its pipes; -1 once closed */
	bool hung;
	bool ended;           /* the first process has; then: */
	int status;
	struct rusage used;
	char end[64];         /* why we ended the run; "" when it ended by itself */
	long long began, took;
	size_t out_length, err_length, err_total;
	int left;
} run;

/* What is too large to be cleared for each run. */
static char out_bytes[OUT_MOST], err_bytes[2 * ERR_KEPT];
static struct text where, record;
static struct timers timers_before;
static struct look looks[2], *last_look = &looks[0], *new_look = &looks[1];

static struct job {
	const char *origin;   /* supervise's own working directory */
	const char *scratch;  /* where the jobs' directories are */
	char *directory;      /* HOME and working directory of this job's runs */
	uid_t user;           /* 0 unless supervise was started as root */
	int lifeline;         /* reads end of file when the first process is gone */
	int records;          /* stdout, where one can see that nobody reads it any more; else -1 */
	cpus all;             /* those that a run may use... */
	bool on_one;          /* ...while the job keeps to one of them */
} job;

static volatile sig_atomic_t stop_signal;
static sigset_t no_signals; /* the mask while waiting: SIGCHLD and requests to stop are blocked at all other times */

static void on_signal(int signo)
{
	if (signo != SIGCHLD)
		stop_signal = signo;
}

/* --- The known state, in the child --- */

/* Sets a limit soft and hard; where the hard one is lower already and we may not raise it, to that. */
static void limit(int resource, rlim_t most)
{
	struct rlimit wanted = { most, most }, old;
	if (setrlimit(resource, &wanted) == -1 && getrlimit(resource, &old) == 0) {
		old.rlim_cur = old.rlim_max;
		setrlimit(resource, &old);
	}
}

static void set_limits(bool serves)
{
	if (!serves) /* it outlives its runs, and they set it */
		limit(RLIMIT_CPU, CPU_SECONDS); /* soft and hard alike: both kernels then send SIGKILL, without SIGXCPU before it */
	limit(RLIMIT_FSIZE, 16 << 20);
	limit(RLIMIT_AS, (rlim_t)2 << 30);
	limit(RLIMIT_STACK, 8 << 20); /* glibc sizes threads' stacks by it */
	limit(RLIMIT_NOFILE, 256);
	limit(RLIMIT_CORE, 0);
	if (run.user)
		limit(RLIMIT_NPROC, 128);
}

static bool become_user(void)
{
	if (geteuid() == 0 && setgroups(0, NULL) == -1)
		return false;
	return !run.user || (setgid(run.user) == 0 && setuid(run.user) == 0);
}

/* Sets up all but the descriptors; says in what it failed. It changes nothing in memory, for that is supervise's. */
static const char *enter_known_state(bool serves)
{
	sigset_t none;
	sigemptyset(&none);
	setsid();
	default_dispositions();
	sigprocmask(SIG_SETMASK, &none, NULL); /* pending signals and armed timers are not inherited by fork */
	lay_out_alike();
	if (job.on_one)
		set_cpus(&job.all);
	umask(022);
	if (!run.cell->keep_cwd && chdir(job.directory) == -1)
		return "chdir";
	be_expendable();
	set_limits(serves);
	if (!become_user())
		return "setuid";
	let_others_look(); /* a test's sender looks at its parent; it outlives exec (security/yama/yama_lsm.c) */
	return NULL;
}

/* PATH, HOME, TZ, LANG and what the cell asks for, nothing inherited; to free() with its second word. */
static char **known_environment(char **asked, char **asked_also)
{
	char *home = formatted("HOME=%s", job.directory);
	char *fixed[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", home, "TZ=UTC", "LANG=C" };
	char **all = NULL;
	int count = 0;
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		add_word(&all, &count, fixed[i]);
	for (; asked && *asked; asked++)
		add_word(&all, &count, *asked);
	for (; asked_also && *asked_also; asked_also++)
		add_word(&all, &count, *asked_also);
	return all;
}

/* Our ends of the pipes to a run are kept; these are its own, and all are close-on-exec. */
struct ends {
	int out, err, report; /* through `report` it tells in what it failed before it began */
	int channel;          /* a fork server's; else -1 */
};

/* The child, up to exec. Its descriptors are all close-on-exec but 0, 1, 2, and a server's channel. */
static _Noreturn void become_first(const char *program, const struct ends *ends)
{
	/* A description of its own: a test may set flags on it. */
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const char *what = "opening /dev/null";
	bool serves = ends->channel != -1;
	if (null != -1 && dup2(null, STDIN_FILENO) != -1 && dup2(ends->out, STDOUT_FILENO) != -1 && dup2(ends->err, STDERR_FILENO) != -1)
		what = enter_known_state(serves);
	int report = fcntl(ends->report, F_DUPFD_CLOEXEC, SERVER_CHANNEL + 1);
	if (serves && (dup2(ends->channel, SERVER_CHANNEL) == -1 || fcntl(SERVER_CHANNEL, F_SETFD, 0) == -1))
		what = "dup2";
	if (!what) {
		execvp(program, run.cell->argv);
		what = "exec";
	}
	int error = errno;
	dprintf(STDERR_FILENO, "supervise: %s: %s: %s\n", what, run.cell->argv[0], strerror(error));
	_exit(write(report, &error, sizeof error) == sizeof error ? 127 : 126);
}

/* --- Starting --- */

static bool new_pipe(int end[2])
{
	return pipe2(end, O_CLOEXEC) == 0 && fcntl(end[0], F_SETFL, O_NONBLOCK) == 0;
}

/*
 * Starts the program of the run's cell, or its fork server. Up to exec it uses our memory while we stand still, for to copy that takes longer than all
 * else that a run needs. It could keep us from going on only by being stopped, by a process of the run's user, and there is none yet but servers.
 */
static pid_t start_program(const struct ends *ends)
{
	char *name = run.cell->argv[0], **ours = environ;
	char *program = name[0] == '/' || !strchr(name, '/') ? formatted("%s", name) : formatted("%s/%s", job.origin, name);
	/* Set already, for execvp() searches its PATH. */
	environ = run.cell->server ? known_environment(run.cell->server_env, NULL) : known_environment(run.cell->env, NULL);
	pid_t first = vfork();
	if (first == 0)
		become_first(program, ends);
	int error = errno;
	free(program);
	free(environ[1]);
	free(environ);
	environ = ours;
	errno = error;
	return first;
}

/* --- Descriptors for another process --- */

enum { PASSED = 3 };

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(PASSED * sizeof(int))];
};

/* Sends bytes, and descriptors with the first of them. */
static bool send_with(int channel, const struct text *bytes, const int passed[PASSED])
{
	union control control = { .header = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(PASSED * sizeof *passed) } };
	memcpy(CMSG_DATA(&control.header), passed, PASSED * sizeof *passed);
	struct iovec part = { bytes->at, bytes->length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	return sendmsg(channel, &message, MSG_NOSIGNAL) == (ssize_t)bytes->length;
}

/* Receives the one byte and the descriptors that -a sends. */
static bool receive_with(int channel, int passed[PASSED])
{
	union control control;
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1 || message.msg_controllen < CMSG_LEN(PASSED * sizeof *passed))
		return false;
	memcpy(passed, CMSG_DATA(&control.header), PASSED * sizeof *passed);
	return true;
}

/* --- Fork servers --- */

static struct server {
	pid_t pid;               /* 0: there is none here */
	int channel;             /* our end of it */
	const struct cell *cell; /* the first that it served */
} servers[MOST_SERVERS];

static bool same_words(char **a, char **b)
{
	for (; a && b && *a && *b && strcmp(*a, *b) == 0; a++, b++)
		;
	return (!a || !*a) && (!b || !*b);
}

static bool serves(const struct server *server, const struct cell *cell)
{
	const struct cell *first = server->cell;
	return server->pid && first->stay_root == cell->stay_root && same_words(first->argv, cell->argv) && same_words(first->server_env, cell->server_env);
}

static struct server *server_with(pid_t pid)
{
	for (struct server *server = servers; server < servers + MOST_SERVERS; server++)
		if (server->pid == pid)
			return server;
	return NULL;
}

static void forget_server(struct server *server)
{
	close(server->channel);
	server->pid = 0;
}

static void end_server(struct server *server)
{
	if (!server->pid)
		return;
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	forget_server(server);
}

/*
 * Whether a process runs, or waits for the disk: how long it takes for that is no matter of our time, for where time is virtual it jumps ahead while
 * the guest has nothing to do but wait for its disk.
 */
static bool is_at_work(pid_t pid)
{
	struct thread_state thread;
	return one_thread_state(pid, 0, &thread) && (thread.state == 'R' || strcmp(thread.call, "other") == 0);
}

/* Receives a number from a server; false (EPIPE) when that has ended, says nothing for too long, or we shall end. */
static bool hear(const struct server *server, int *number)
{
	struct pollfd fds[] = { { .fd = server->channel, .events = POLLIN }, { .fd = job.lifeline, .events = POLLIN } };
	const struct timespec second = { 1, 0 };
	for (long long until = now_ms() + SERVE_WITHIN; !stop_signal && !fds[1].revents && (now_ms() < until || is_at_work(server->pid));) {
		ssize_t length = recv(server->channel, number, sizeof *number, MSG_DONTWAIT);
		if (length == sizeof *number)
			return true;
		if (length != -1 || (errno != EAGAIN && errno != EINTR))
			break;
		fds[1].revents = 0;
		ppoll(fds, 2, &second, &no_signals);
	}
	errno = EPIPE;
	return false;
}

/* Asks for a run: NUL-terminated words (script, directory, seconds of CPU time, environment, and an empty one) and three descriptors. */
static bool ask(const struct server *server, const struct ends *ends)
{
	static struct text request;
	char **environment = known_environment(run.cell->server_env, run.cell->env);
	request.length = 0;
	add_bytes(&request, run.cell->script, strlen(run.cell->script) + 1);
	add_bytes(&request, job.directory, strlen(job.directory) + 1);
	add_format(&request, "%d", CPU_SECONDS);
	add_bytes(&request, "", 1);
	for (char **word = environment; *word; word++)
		add_bytes(&request, *word, strlen(*word) + 1);
	add_bytes(&request, "", 1);
	free(environment[1]);
	free(environment);

	return send_with(server->channel, &request, (const int[PASSED]){ ends->out, ends->err, ends->report });
}

/* The server for the run's cell, which is started if there is none; NULL when that failed. */
static struct server *find_server(const struct ends *ends)
{
	static int oldest;
	int pair[2], ready;
	for (struct server *server = servers; server < servers + MOST_SERVERS; server++)
		if (serves(server, run.cell))
			return server;
	struct server *server = server_with(0);
	if (!server)
		end_server(server = &servers[oldest++ % MOST_SERVERS]);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		fail("making a channel to a fork server");
	struct ends with_channel = *ends;
	with_channel.channel = pair[1];
	pid_t pid = start_program(&with_channel);
	close(pair[1]);
	if (pid == -1) {
		close(pair[0]);
		return NULL;
	}
	*server = (struct server){ pid, pair[0], run.cell };
	if (hear(server, &ready))
		return server;
	end_server(server);
	errno = EPIPE;
	return NULL;
}

/* Has the run forked from a server: its first process becomes our child. One that an earlier run has killed is started anew. */
static pid_t fork_first(const struct ends *ends)
{
	int pid;
	for (int attempt = 0; attempt < 2; attempt++) {
		struct server *server = find_server(ends);
		if (!server)
			return -1;
		run.began = now_ms();
		if (ask(server, ends) && hear(server, &pid))
			return pid;
		end_server(server);
	}
	errno = EPIPE;
	return -1;
}

/* --- The start of a run --- */

/*
 * A list without any timer is good for the next runs too: all that there are later count as theirs, which errs on the safe side. One with timers is not:
 * those may be gone, and what the next run arms be at the same address.
 */
static void take_timers_before(void)
{
	static long long taken;
	if (none_armed(&timers_before) && now_ms() - taken < NO_TIMERS_HOLD)
		return;
	taken = now_ms();
	armed_timers(&timers_before, LLONG_MAX, true);
}

/* Starts the run; an error number when that failed. */
static int start(void)
{
	int out[2], err[2], report[2];
	if (mkdir(job.directory, 0700) == -1 || (run.user && chown(job.directory, run.user, run.user) == -1))
		return errno;
	if (!new_pipe(out) || !new_pipe(err) || !new_pipe(report))
		fail("making pipes");
	if (run.cell->hang)
		take_timers_before();
	const struct ends ends = { out[1], err[1], report[1], -1 };
	run.began = now_ms();
	run.first = run.cell->server ? fork_first(&ends) : start_program(&ends);
	int error = errno;
	close(out[1]);
	close(err[1]);
	close(report[1]);
	run.out = out[0];
	run.err = err[0];
	run.report = report[0];
	return run.first == -1 ? error : 0;
}

/* --- Watching --- */

/* Reaps what has ended; false when there is no child left, not even a server. */
static bool reap(void)
{
	int status;
	struct rusage used;
	pid_t pid;
	while ((pid = wait4(-1, &status, WNOHANG, &used)) > 0) {
		struct server *server = server_with(pid);
		if (server) {
			forget_server(server);
			continue;
		}
		last_look->blocked = false; /* something has moved */
		if (pid != run.first)
			continue;
		if (!*run.end)
			run.took = now_ms() - run.began;
		run.ended = true;
		run.status = status;
		run.used = used;
	}
	return pid == 0;
}

/* The run's living processes, as descendants() has them: all but the servers. */
static int run_processes(pid_t *pids, int room)
{
	int found = descendants(pids, room), count = 0;
	if (found == room)
		return room;
	for (int i = 0; i < found; i++)
		if (!server_with(pids[i]))
			pids[count++] = pids[i];
	return count;
}

/* How many processes are left of the run; what has ended is reaped. */
static int left_of_run(void)
{
	static pid_t pids[MOST_PROCESSES];
	int count = reap() ? run_processes(pids, MOST_PROCESSES) : 0;
	if (count == 0)
		reap(); /* what has ended in between is among the living no more */
	return count;
}

static bool any_server(void)
{
	for (const struct server *server = servers; server < servers + MOST_SERVERS; server++)
		if (server->pid)
			return true;
	return false;
}

/* Is anything left of the run, if only to be reaped? Without servers that is told without a look at each process, for which a fork bomb leaves no time. */
static bool some_left(void)
{
	return any_server() ? left_of_run() > 0 : reap();
}

/* Says why the run is ended; what was said first stands. */
static void end_run(const char *why, const char *call)
{
	if (*run.end)
		return;
	run.took = now_ms() - run.began;
	snprintf(run.end, sizeof run.end, "%s%s", why, call);
}

static void keep_out(const char *bytes, size_t length)
{
	size_t room = sizeof out_bytes - run.out_length;
	memcpy(out_bytes + run.out_length, bytes, length < room ? length : room);
	run.out_length += length < room ? length : room;
	if (length > room)
		end_run("output limit", "");
}

/* The last bytes are kept: the buffer is twice as large, and its second half moves to the first when it is full. */
static void keep_err(const char *bytes, size_t length)
{
	run.err_total += length;
	if (run.err_total > ERR_MOST)
		end_run("output limit", "");
	if (length > ERR_KEPT) {
		bytes += length - ERR_KEPT;
		length = ERR_KEPT;
	}
	if (run.err_length + length > sizeof err_bytes) {
		memmove(err_bytes, err_bytes + run.err_length - ERR_KEPT, ERR_KEPT);
		run.err_length = ERR_KEPT;
	}
	memcpy(err_bytes + run.err_length, bytes, length);
	run.err_length += length;
}

/* Reads once from a pipe of the run; false when it has nothing now. */
static bool drain(int *fd, void (*keep)(const char *, size_t))
{
	char bytes[64 * 1024];
	ssize_t n = *fd == -1 ? -1 : read(*fd, bytes, sizeof bytes);
	if (n > 0)
		keep(bytes, (size_t)n);
	if (n == 0) {
		close(*fd);
		*fd = -1;
	}
	return n > 0;
}

/* Adds a process's threads to a look; false when one of them can move by itself, or all have ended. */
static bool look_at(pid_t pid, struct look *look)
{
	static struct thread_state threads[MOST_THREADS];
	int count = thread_states(pid, threads, MOST_THREADS), living = 0;
	if (count == MOST_THREADS || look->count + count > MOST_SEEN)
		return false;
	for (int i = 0; i < count; i++)
		if (threads[i].state != 'S' && threads[i].state != 'T' && threads[i].state != 'Z')
			return false;
	tell_waits(pid, threads, count);
	for (int i = 0; i < count; i++) {
		const struct thread_state *thread = &threads[i];
		bool waits = (thread->state == 'S' || thread->state == 'T') && thread->wait != WAIT_TIMED && !thread->deliverable;
		if (!waits && thread->state != 'Z')
			return false;
		living += waits;
		look->unsure |= waits && thread->wait == WAIT_UNKNOWN;
		look->seen[look->count++] = (struct seen){ pid, *thread };
	}
	return living > 0;
}

/* Looks at all threads of the run, the first process's first: where one of those can move, the others need no look. */
static void take_look(struct look *look)
{
	look->blocked = look->unsure = false;
	look->count = 0;
	if (!look_at(run.first, look))
		return;
	look->processes = run_processes(look->pids, MOST_PROCESSES);
	if (look->processes == MOST_PROCESSES)
		return;
	for (int i = 0; i < look->processes; i++)
		if (look->pids[i] != run.first && !look_at(look->pids[i], look))
			return;
	look->blocked = true;
}

static bool same_look(const struct look *a, const struct look *b)
{
	if (!a->blocked || !b->blocked || a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++) {
		const struct seen *x = &a->seen[i], *y = &b->seen[i];
		if (x->pid != y->pid || x->thread.tid != y->thread.tid || x->thread.state != y->thread.state ||
			x->thread.switches != y->thread.switches || strcmp(x->thread.call, y->thread.call) != 0)
			return false;
	}
	return true;
}

/* Says where each living thread waits: `main: pause; t1: lock; child1 main: read`. */
static void describe_hang(const struct look *look)
{
	int process = -1, thread = 0;
	run.hung = true;
	for (int i = 0; i < look->count; i++) {
		const struct seen *seen = &look->seen[i];
		bool new_process = i == 0 || seen->pid != look->seen[i - 1].pid;
		process += new_process;
		thread = new_process ? 0 : thread + 1;
		if (seen->thread.state == 'Z')
			continue;
		end_run("hung in ", seen->thread.call); /* the first one's call stands */
		if (where.length)
			add_format(&where, "; ");
		if (process)
			add_format(&where, "child%d ", process);
		if (thread)
			add_format(&where, "t%d", thread);
		else
			add_format(&where, "main");
		add_format(&where, ": %s", seen->thread.call);
	}
}

static bool timer_may_move(const struct look *look)
{
	return timer_may_fire(look->pids, look->processes, &timers_before, run.began + run.cell->deadline - now_ms());
}

static long long next_look(void)
{
	long long now = now_ms(), share = (now - run.began) / LOOK_SHARE;
	return now + (share > LOOK_EVERY ? share : LOOK_EVERY);
}

/*
 * Takes the next look; ends the run when it shows what the looks of the last `quiet` ms have shown. When to look again.
 * Timers are looked for in the first of them and in the last: to arm one in between a thread must run, and that shows. A timer that is about to
 * send its signal is on no list any more, but then the looks that follow differ.
 */
static long long look_for_hang(void)
{
	static long long since;
	long long now = now_ms();
	take_look(new_look);
	if (!same_look(last_look, new_look)) {
		struct look *older = last_look;
		last_look = new_look;
		new_look = older;
		since = now;
		last_look->blocked = last_look->blocked && !timer_may_move(last_look);
		return next_look();
	}
	long long quiet = new_look->unsure && run.cell->quiet < UNSURE_QUIET ? UNSURE_QUIET : run.cell->quiet;
	if (now < since + quiet) {
		long long next = quiet / QUIET_LOOKS > LOOK_EVERY ? quiet / QUIET_LOOKS : LOOK_EVERY;
		return since + quiet - now < next ? since + quiet : now + next;
	}
	if (timer_may_move(new_look))
		last_look->blocked = false;
	else
		describe_hang(new_look);
	return next_look();
}

/*
 * Waits until the run has said or done something, the time has come, or supervise shall end; false for the last. What it says on stdout can wait until
 * the next look, if there is one: a pipe holds it, and the run is not disturbed at each of its lines.
 */
static bool wait_for_event(long long until)
{
	struct pollfd fds[] = {
		{ .fd = run.cell->hang ? -1 : run.out, .events = POLLIN }, { .fd = run.err, .events = POLLIN },
		{ .fd = job.lifeline, .events = POLLIN }, { .fd = job.records, .events = 0 },
	};
	long long ms = until - now_ms();
	struct timespec timeout = { 0 };
	if (ms > 0)
		timeout = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	int ready = ppoll(fds, 4, &timeout, &no_signals);
	return !stop_signal && (ready <= 0 || (!fds[2].revents && !fds[3].revents));
}

/* Watches the run until it ends or is to be ended; false when supervise itself shall end. */
static bool watch(void)
{
	long long deadline = run.began + run.cell->deadline, look = run.began + LOOK_EVERY;
	last_look->blocked = false;
	for (;;) {
		reap();
		if (run.ended || *run.end)
			return true;
		long long now = now_ms();
		if (now >= deadline) {
			end_run("timed out", "");
		} else if (run.cell->hang && now >= look) {
			look = look_for_hang();
		} else if (!wait_for_event(run.cell->hang && look < deadline ? look : deadline)) {
			return false;
		}
		drain(&run.out, keep_out);
		drain(&run.err, keep_err);
	}
}

/* --- Ending --- */

/* Kills all processes of a user in one call, which not even a fork bomb outruns. */
static void kill_user(uid_t user)
{
	if (fork() == 0) {
		if (user != 0 && setuid(user) == 0 && getuid() == user && geteuid() == user)
			kill(-1, SIGKILL);
		_exit(0);
	}
}

/* Kills the run's processes. They are stopped first, until no new one appears: one that dies lets others fork, one that is stopped does not. */
static void kill_one_by_one(void)
{
	static pid_t lists[2][MOST_PROCESSES];
	pid_t *seen = lists[0], *before = lists[1];
	int count = -1, previous;
	for (int round = 0; round < 100; round++) {
		pid_t *swap = seen;
		seen = before;
		before = swap;
		previous = count;
		count = run_processes(seen, MOST_PROCESSES);
		if (count == previous && memcmp(seen, before, (size_t)count * sizeof *seen) == 0)
			break;
		for (int i = 0; i < count; i++)
			kill(seen[i], SIGSTOP);
	}
	for (int i = 0; i < count; i++)
		kill(seen[i], SIGKILL);
}

/*
 * Kills and reaps until nothing of the run is left. A run with a user of its own is killed by turns as that user, for all die at once, and one by one:
 * the killer is of that user too, so that the run may kill or stop it. One that does not move anyway is killed one by one first: that takes no fork;
 * and so is what has outlived a process that was forked from a server, which is of that user too and would be killed with it.
 */
static void kill_run(uid_t user, bool at_once)
{
	const struct timespec while_dying = { 0, 20000000 };
	long long until = now_ms() + KILL_WITHIN;
	for (bool left = true; left; left = some_left(), at_once = !at_once) {
		if (now_ms() > until) {
			errno = ETIMEDOUT;
			fail("killing what a run has left");
		}
		if (at_once && user != 0)
			kill_user(user);
		else
			kill_one_by_one();
		for (long long again = now_ms() + 20; some_left() && now_ms() < again && ppoll(NULL, 0, &while_dying, &no_signals) == -1;)
			;
	}
}

/* Removes all files and empty directories from a directory; the name of one that is not empty, to free(), or NULL when it is done. */
static char *remove_entries(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy == -1 ? NULL : fdopendir(copy);
	char *deeper = NULL;
	if (!entries)
		fail("reading a run's directory");
	for (struct dirent *entry; !deeper && (entry = readdir(entries));) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || unlinkat(fd, name, 0) == 0 || unlinkat(fd, name, AT_REMOVEDIR) == 0)
			continue;
		if (errno != ENOTEMPTY && errno != EEXIST) /* POSIX allows either */
			fail("removing what a run has left");
		deeper = formatted("%s", name);
	}
	closedir(entries);
	return deeper;
}

/* Opens a directory in another, or the one above it, whatever its mode. The other is closed. */
static int move_to(int fd, const char *name)
{
	if (strcmp(name, "..") != 0)
		fchmodat(fd, name, 0700, 0);
	int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next == -1)
		fail("opening a run's directory");
	close(fd);
	return next;
}

/* Removes a directory, whatever the modes in it and however deep it is: the way back is kept as names, for descriptors are few. */
static void remove_directory(const char *path)
{
	char **way = NULL, *deeper;
	int depth = 0, fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (rmdir(path) == 0 || errno == ENOENT) {
		close(fd);
		return;
	}
	fd = move_to(fd, path);
	while ((deeper = remove_entries(fd)) || depth > 0) {
		fd = move_to(fd, deeper ? deeper : "..");
		if (deeper) {
			add_word(&way, &depth, deeper);
			continue;
		}
		if (unlinkat(fd, way[--depth], AT_REMOVEDIR) == -1)
			fail("removing a run's directory");
		free(way[depth]);
	}
	close(fd);
	free(way);
	if (rmdir(path) == -1)
		fail("removing a run's directory");
}

static void close_pipe(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* Kills what there is left of the run and removes its directory. */
static void clean_up(void)
{
	if (*run.end)
		kill_run(run.user, !run.hung);
	else if (run.left > 0)
		kill_run(run.user, !run.cell->server);
	while (drain(&run.out, keep_out) || drain(&run.err, keep_err))
		;
	close_pipe(&run.out);
	close_pipe(&run.err);
	close_pipe(&run.report);
	remove_directory(job.directory);
}

/* How the run ended, when we did not end it. */
static void decode_end(void)
{
	const struct rusage *used = &run.used;
	bool much_cpu = used->ru_utime.tv_sec + used->ru_stime.tv_sec >= CPU_SECONDS / 2; /* the limit counts ticks, rusage what was really used */
	if (WIFEXITED(run.status))
		snprintf(run.end, sizeof run.end, "exit %d", WEXITSTATUS(run.status));
	else if (WTERMSIG(run.status) == SIGKILL && much_cpu)
		snprintf(run.end, sizeof run.end, "cpu limit");
	else
		snprintf(run.end, sizeof run.end, "signal %s", signal_name(WTERMSIG(run.status)));
}

/* --- A job --- */

/* Records wait in `record` until they are to be seen: the end of a run goes out with the start of the next, in one write(). */
static bool emit_records(void)
{
	bool read = record.length == 0 || emit(&record);
	record.length = 0;
	return read;
}

static void begin_record(const char *kind)
{
	add_format(&record, "{\"%s\":{\"cell\":", kind);
	add_string(&record, run.cell->name, strlen(run.cell->name));
	add_format(&record, ",\"run\":%ld", run.number);
}

static bool emit_start(void)
{
	begin_record("start");
	add_format(&record, "}}\n");
	return emit_records();
}

static long long microseconds(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

static void add_end(void)
{
	size_t kept = run.err_length < ERR_KEPT ? run.err_length : ERR_KEPT;
	long long cpu = microseconds(run.used.ru_utime) + microseconds(run.used.ru_stime);
	begin_record("end");
	add_format(&record, ",\"end\":\"%s\",\"where\":", run.end);
	add_string(&record, where.at, where.length);
	add_format(&record, ",\"out\":");
	add_string(&record, out_bytes, run.out_length);
	add_format(&record, ",\"err\":");
	add_string(&record, err_bytes + run.err_length - kept, kept);
	add_format(&record, ",\"ms\":%lld,\"cpu_ms\":%lld,\"left\":%d}}\n", run.took, cpu / 1000, run.left);
}

/* Makes one run; 0, or the code that supervise shall exit with. */
static int perform(const struct cell *cell, long number)
{
	int error;
	run = (struct run){ .cell = cell, .number = number, .user = cell->stay_root ? 0 : job.user, .out = -1, .err = -1, .report = -1 };
	where.length = 0;
	if (!emit_start())
		return EXIT_OUTPUT;
	error = start();
	if (error == 0 && !watch()) {
		end_run("given up", "");
		clean_up();
		return stop_signal ? 128 + stop_signal : EXIT_OUTPUT;
	}
	if (error == 0 && !*run.end)
		run.left = left_of_run();
	if (read(run.report, &error, sizeof error) == sizeof error || error != 0)
		end_run("not started: ", error_name(error));
	clean_up();
	if (!*run.end)
		decode_end();
	atomic_fetch_add(&shared->made, 1);
	add_end();
	return 0;
}

/*
 * Keeps this job to one of its CPUs, so that it starts each run there, and is woken there by its end: where CPUs are emulated, to wake another takes
 * longer than to start a program.
 */
static void keep_to_one_cpu(int slot)
{
	cpus one;
	int nth = 0;
	if (!get_cpus(&job.all) || CPU_COUNT(&job.all) == 0)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &job.all) && nth++ == slot % CPU_COUNT(&job.all)) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			set_cpus(&one);
			job.on_one = true;
			return;
		}
}

/* Makes runs while there are any; 0, or the code that supervise shall exit with. */
static int make_runs(const struct plan *plan)
{
	int cell = 0, result = 0;
	for (long next; result == 0 && !stop_signal && (next = atomic_fetch_add(&shared->next, 1)) < plan->runs;) {
		while (cell + 1 < plan->count && plan->cells[cell + 1].before <= next)
			cell++;
		result = perform(&plan->cells[cell], plan->cells[cell].first + next - plan->cells[cell].before);
	}
	return !emit_records() && result == 0 ? EXIT_OUTPUT : result;
}

static void end_servers(void)
{
	for (struct server *server = servers; server < servers + MOST_SERVERS; server++)
		end_server(server);
}

static int work(const struct plan *plan)
{
	be_reaper();
	be_spared();
	int result = make_runs(plan);
	end_servers();
	if (result != 0)
		rmdir(job.scratch); /* should the first process have been killed, the last job does it */
	return result;
}

/* --- The first process --- */

enum { MOST_JOBS = 64 };

static struct options {
	int jobs;
	uid_t user;
	const char *scratch, *keep, *ask;
} options = { .jobs = 1, .user = 61000, .scratch = "/tmp" };

static _Noreturn void bad_usage(void)
{
	fputs(usage, stderr);
	exit(EXIT_USAGE);
}

static long option_number(long least, long most)
{
	char *end;
	long number = strtol(optarg, &end, 10);
	if (*end || number < least || number > most)
		bad_usage();
	return number;
}

static void parse_options(int argc, char **argv)
{
	for (int option; (option = getopt(argc, argv, "hj:u:d:k:a:")) != -1;)
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'j':
			options.jobs = (int)option_number(1, MOST_JOBS);
			break;
		case 'u':
			options.user = (uid_t)option_number(1, 2000000000);
			break;
		case 'd':
			options.scratch = optarg;
			break;
		case 'k':
			options.keep = optarg;
			break;
		case 'a':
			options.ask = optarg;
			break;
		default:
			bad_usage();
		}
	if (optind < argc || (options.keep && options.ask))
		bad_usage();
}

/* Whether one can see that nobody reads the records any more: a terminal or a serial port may be hung up and still take what is written. */
static void look_at_records(void)
{
	struct stat status;
	bool tells = fstat(STDOUT_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
	job.records = tells ? STDOUT_FILENO : -1;
}

/* Descriptors 0 to 2 and no others: so that all that are opened later are ours, and close-on-exec. */
static void own_descriptors(void)
{
	while (fcntl(STDERR_FILENO, F_GETFD) == -1)
		if (open("/dev/null", O_RDWR) == -1)
			_exit(EXIT_BROKEN);
	close_all_from(STDERR_FILENO + 1);
	look_at_records();
}

/* Signals come only when they are waited for. */
static void own_signals(void)
{
	const int stops[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal }, before;
	sigset_t blocked;
	sigemptyset(&no_signals);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigaction(SIGCHLD, &action, NULL);
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
		sigaddset(&blocked, stops[i]);
		if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup */
			sigaction(stops[i], &action, NULL);
	}
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void share_memory(void)
{
	pthread_mutexattr_t attributes;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("sharing memory");
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	if ((errno = pthread_mutex_init(&shared->output, &attributes)) != 0)
		fail("making a lock that processes share");
}

static char *make_scratch(void)
{
	char *parent = realpath(options.scratch, NULL), *scratch = parent ? formatted("%s/supervise.XXXXXX", parent) : NULL;
	if (!scratch || !mkdtemp(scratch) || chmod(scratch, 0711) == -1)
		fail(options.scratch);
	free(parent);
	return scratch;
}

/* All of a user's processes are killed with the first run: so it must not be anyone's. */
static void require_free_user(uid_t user)
{
	if (!user_has_processes(user))
		return;
	fprintf(stderr, "supervise: user %ld has processes: choose others with -u\n", (long)user);
	exit(EXIT_BROKEN);
}

/* Starts a job for each slot. `lifeline` stays open in no process but this one. */
static void start_jobs(const struct plan *plan, int count, int lifeline[2], pid_t *jobs)
{
	for (int slot = 0; slot < count; slot++) {
		jobs[slot] = fork();
		if (jobs[slot] == -1)
			fail("starting a job");
		if (jobs[slot] > 0)
			continue;
		close(lifeline[1]);
		job.lifeline = lifeline[0];
		job.directory = formatted("%s/%d", job.scratch, slot);
		if (geteuid() == 0)
			job.user = options.user + (uid_t)slot;
		keep_to_one_cpu(slot);
		exit(work(plan));
	}
}

/* Waits for all jobs; ends them all when one fails or supervise is asked to stop. 0, or the code to exit with. */
static int wait_for_jobs(const pid_t *jobs, int count, int *lifeline)
{
	int result = 0, living = count, status;
	while (living > 0) {
		pid_t pid = waitpid(-1, &status, WNOHANG);
		for (int slot = 0; slot < count; slot++) {
			if (pid != jobs[slot])
				continue;
			living--;
			if (result == 0 && WIFSIGNALED(status))
				fprintf(stderr, "supervise: a job was killed by signal %s\n", signal_name(WTERMSIG(status)));
			if (result == 0)
				result = WIFSIGNALED(status) ? EXIT_BROKEN : WEXITSTATUS(status);
		}
		if (stop_signal || result)
			close_pipe(lifeline);
		if (pid == 0)
			sigsuspend(&no_signals);
	}
	return stop_signal ? 128 + stop_signal : result;
}

/* Says that the plan is through, if it is; the code to exit with. */
static int emit_done(int result)
{
	if (result != 0)
		return result;
	record.length = 0;
	add_format(&record, "{\"done\":{\"runs\":%ld}}\n", atomic_load(&shared->made));
	return emit_records() ? 0 : EXIT_OUTPUT;
}

/* What both this and one that is kept need before the first run. */
static void prepare(int jobs)
{
	for (int slot = 0; slot < jobs && geteuid() == 0; slot++)
		require_free_user(options.user + (uid_t)slot);
	own_signals();
	be_reaper();
	be_spared();
	share_memory();
	job.origin = getcwd(NULL, 0);
	job.scratch = make_scratch();
	if (!job.origin)
		fail("finding the working directory");
}

/* Makes the runs of one plan with jobs of its own; the code to exit with. */
static int supervise(void)
{
	static struct plan plan;
	int lifeline[2];
	pid_t jobs[MOST_JOBS];
	plan = parse_plan();
	int count = plan.runs < options.jobs ? (int)plan.runs : options.jobs;
	prepare(count);
	if (!new_pipe(lifeline))
		fail("making pipes");
	start_jobs(&plan, count, lifeline, jobs);
	int result = wait_for_jobs(jobs, count, &lifeline[1]);
	if (geteuid() == 0)
		for (int slot = 0; slot < count && result; slot++) /* what a job that was killed has left */
			kill_user(options.user + (uid_t)slot);
	if (reap())
		kill_run(0, false);
	remove_directory(job.scratch);
	return emit_done(result);
}

/* --- One that is kept --- */

/* A socket, and the address that `path` is. */
static int new_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (strlen(path) >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		fail(path);
	}
	strcpy(address->sun_path, path);
	if (fd == -1)
		fail("making a socket");
	return fd;
}

/* Connected to the one that is kept there; -1 when there is none. */
static int find_kept(const char *path)
{
	struct sockaddr_un address;
	int fd = new_socket(path, &address);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Has the one that is kept make the runs; the code to exit with. */
static int ask_kept(const char *path)
{
	const int ours[PASSED] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	int kept = find_kept(path), result;
	if (kept == -1)
		fail(path);
	if (!send_with(kept, &(struct text){ .at = "", .length = 1 }, ours))
		fail("asking the one that is kept");
	if (recv(kept, &result, sizeof result, MSG_WAITALL) == sizeof result)
		return result;
	fprintf(stderr, "supervise: the one that is kept has ended\n");
	return EXIT_BROKEN;
}

/* Listens at `path`, once the one that is kept there has ended: it ends when it is asked for nothing. */
static int listen_in_its_place(const char *path)
{
	struct sockaddr_un address;
	char byte;
	int before = find_kept(path), fd = new_socket(path, &address);
	if (before != -1) {
		shutdown(before, SHUT_WR);
		if (recv(before, &byte, 1, 0) != 0)
			fail("taking the place of one that is kept");
		close(before);
	}
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 1) == -1)
		fail(path);
	return fd;
}

static void become_standard(const int fds[PASSED])
{
	for (int i = 0; i < PASSED; i++)
		if (dup2(fds[i], i) == -1)
			fail("dup2");
}

/* Makes the runs of the plan that comes with `passed`, for who has asked by `asker` and gets the code: 0, or what we shall exit with. */
static int make_runs_for(int asker, const int passed[PASSED], const int null[PASSED])
{
	become_standard(passed);
	for (int i = 0; i < PASSED; i++)
		close(passed[i]);
	look_at_records();
	job.lifeline = asker;
	/* Never freed: servers have its cells. */
	struct plan plan = parse_plan();
	atomic_store(&shared->next, 0);
	atomic_store(&shared->made, 0);
	int result = emit_done(make_runs(&plan));
	become_standard(null);
	return send(asker, &result, sizeof result, MSG_NOSIGNAL) == sizeof result ? result : EXIT_OUTPUT;
}

static void leave_nothing(void)
{
	end_servers();
	rmdir(job.scratch);
}

/*
 * Makes runs for whoever asks, until one asks for nothing, or something has gone wrong; the code to exit with. Through `ready` it says that it can be
 * asked. The connection of who asks last is closed by the exit: who waits for that finds nothing left.
 */
static int be_kept(int listener, int ready)
{
	int null[PASSED], passed[PASSED], result = 0;
	setsid();
	prepare(1);
	atexit(leave_nothing);
	job.directory = formatted("%s/0", job.scratch);
	if (geteuid() == 0)
		job.user = options.user;
	keep_to_one_cpu(0);
	for (int i = 0; i < PASSED; i++)
		if ((null[i] = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
			fail("opening /dev/null");
	become_standard(null);
	if (write(ready, "", 1) != 1)
		return EXIT_BROKEN;
	close(ready);
	while (result == 0 && !stop_signal) {
		struct pollfd asked = { .fd = listener, .events = POLLIN };
		ppoll(&asked, 1, NULL, &no_signals);
		reap(); /* a server may have ended */
		int asker = asked.revents ? accept(listener, NULL, NULL) : -1;
		if (asker == -1)
			continue;
		fcntl(asker, F_SETFD, FD_CLOEXEC);
		if (!receive_with(asker, passed))
			break;
		result = make_runs_for(asker, passed, null);
		if (result == 0)
			close(asker);
	}
	return result;
}

/* Starts one that is kept; the code to exit with. */
static int keep(const char *path)
{
	int listener = listen_in_its_place(path), ready[2];
	char byte;
	if (pipe2(ready, O_CLOEXEC) == -1)
		fail("making pipes");
	pid_t pid = fork();
	if (pid == -1)
		fail("going into the background");
	close(ready[pid == 0 ? 0 : 1]);
	if (pid == 0)
		return be_kept(listener, ready[1]);
	return read(ready[0], &byte, 1) == 1 ? 0 : EXIT_BROKEN;
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	own_descriptors();
	return options.ask ? ask_kept(options.ask) : options.keep ? keep(options.keep) : supervise();
}
