/*
 * The guest's end of the agent port: runs commands for the host, sends what they print, and unpacks files.
 *
 * usage: agent PORT
 *
 * The port is a virtio one; where the system makes a terminal of it (FreeBSD), it is used in raw mode. The host sends lines and,
 * after `exec`, bytes; what the host sends is acknowledged piece by piece, because a terminal has no flow control in that direction.
 * The guest sends frames: a header line, then as many bytes as it says.
 *
 *   host                        guest
 *                               hello VERSION        once, when the agent starts
 *   ping NONCE                  pong NONCE
 *   exec ID LENGTH              go ID                then the host sends LENGTH bytes of shell command,
 *   (up to PIECE bytes)         ack ID               each piece acknowledged
 *                               out ID LENGTH        what the command wrote to stdout
 *                               err ID LENGTH        ... to stderr
 *                               exit ID N            or: signal ID N
 *   kill ID                     kills the command's process group; its end follows
 *   put ID DISK FOLDER          unpacks the tar at a disk's start: err ID LENGTH when that fails, and exit ID N
 *
 * One command runs at a time. Portable C11 and POSIX; knows nothing of what the commands are. To unpack by tar(1) would take many
 * times as long: where instructions are translated, it is the first run of a program that costs.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define VERSION "1"
#define PIECE 256
#define COMMAND_MAX (1 << 16)
#define DISK_PIECE (1 << 18)

static int port;
static int child_ended[2]; /* a byte comes when a child has ended */

/* The one command that runs. `pid` is 0 when none does. */
static struct {
	char id[32];
	pid_t pid;
	int out, err; /* -1 once at end of file */
} job = { .out = -1, .err = -1 };

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static void send_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(port, bytes, length);
		if (n == -1 && errno != EINTR)
			give_up("writing to the port");
		if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		}
	}
}

static void send_line(const char *word, const char *id, const char *rest)
{
	char line[128];
	int n = snprintf(line, sizeof line, "%s%s%s%s%s\n", word, *id ? " " : "", id, *rest ? " " : "", rest);
	if (n > 0 && (size_t)n < sizeof line)
		send_all(line, (size_t)n);
}

static void send_number(const char *word, const char *id, long number)
{
	char text[24];
	snprintf(text, sizeof text, "%ld", number);
	send_line(word, id, text);
}

static char receive_byte(void)
{
	char byte;
	ssize_t n;
	do
		n = read(port, &byte, 1);
	while (n == -1 && errno == EINTR);
	if (n != 1)
		give_up("reading the port");
	return byte;
}

/* Reads a line that has begun to come; a longer one than fits is cut, and so matches no request. */
static void receive_line(char *line, size_t size)
{
	size_t n = 0;
	for (char byte = receive_byte(); byte != '\n'; byte = receive_byte())
		if (n + 1 < size)
			line[n++] = byte;
	line[n] = '\0';
}

/* Reads a command's text, acknowledging each piece. */
static char *receive_command(const char *id, size_t length)
{
	char *command = malloc(length + 1);
	if (!command)
		give_up("malloc");
	send_line("go", id, "");
	for (size_t n = 0; n < length;) {
		command[n++] = receive_byte();
		if (n % PIECE == 0 || n == length)
			send_line("ack", id, "");
	}
	command[length] = '\0';
	return command;
}

static void run_child(const char *command, int out, int err)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpriority(PRIO_PROCESS, 0, 0);
	setsid();
	if (null == -1 || dup2(null, 0) == -1 || dup2(out, 1) == -1 || dup2(err, 2) == -1)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void close_on_exec(int fd)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		give_up("fcntl");
}

static void start_job(const char *id, const char *command)
{
	int out[2], err[2];
	if (pipe(out) == -1 || pipe(err) == -1)
		give_up("pipe");
	for (int i = 0; i < 2; i++) {
		close_on_exec(out[i]);
		close_on_exec(err[i]);
	}
	job.pid = fork();
	if (job.pid == -1)
		give_up("fork");
	if (job.pid == 0)
		run_child(command, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	job.out = out[0];
	job.err = err[0];
	snprintf(job.id, sizeof job.id, "%s", id);
}

/* Passes on what a stream has; false at its end. */
static bool pass_on(const char *word, int fd)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	if (n > 0) {
		send_number(word, job.id, (long)n);
		send_all(bytes, (size_t)n);
	}
	return n > 0;
}

static void drain(const char *word, int *fd)
{
	if (*fd == -1)
		return;
	/* Take what the command left in the pipe, but not all that a descendant of it may go on to write. */
	fcntl(*fd, F_SETFL, O_NONBLOCK);
	struct pollfd ready = { .fd = *fd, .events = POLLIN };
	for (int pieces = 0; pieces < 256 && poll(&ready, 1, 0) == 1 && pass_on(word, *fd); pieces++)
		;
	close(*fd);
	*fd = -1;
}

static void reap(void)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != job.pid)
			continue;
		drain("out", &job.out);
		drain("err", &job.err);
		if (WIFSIGNALED(status))
			send_number("signal", job.id, WTERMSIG(status));
		else
			send_number("exit", job.id, WEXITSTATUS(status));
		job.pid = 0;
	}
}

/* The disk that is read, and where in it. */
static struct {
	int fd;
	char *bytes;
	size_t at, end; /* of `bytes`, what is still to be taken: whole blocks */
} disk;

/* A header of a tar (POSIX, pax: ustar Interchange Format). */
struct header {
	char name[100], mode[8], owner[16], size[12], time[12], sum[8], type, link[100], magic[8], more[80], prefix[155], rest[12];
};

/* The disk's next bytes, `most` of them or as many as there are at once; NULL when it cannot be read. */
static char *take(size_t most, size_t *length)
{
	if (disk.at == disk.end) {
		ssize_t n = read(disk.fd, disk.bytes, DISK_PIECE);
		if (n <= 0)
			return NULL;
		disk.at = 0;
		disk.end = (size_t)n;
	}
	char *bytes = disk.bytes + disk.at;
	*length = disk.end - disk.at < most ? disk.end - disk.at : most;
	disk.at += *length;
	return bytes;
}

/* Makes the folders that a file is in. */
static void make_folders(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

/* Copies a file of this size to `path`; what was there is not written to, for it may be running. */
static bool unpack_file(const char *path, mode_t mode, size_t size)
{
	const size_t block = sizeof(struct header);
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
	bool good = fd != -1 && fchmod(fd, mode) == 0;
	while (good && size > 0) {
		size_t length;
		char *bytes = take((size + block - 1) / block * block, &length);
		size_t part = length < size ? length : size;
		good = bytes && write(fd, bytes, part) == (ssize_t)part;
		size -= part;
	}
	return fd != -1 && close(fd) == 0 && good;
}

/* Unpacks the tar at the disk's start; false, with errno, when that fails. */
static bool unpack(const char *folder)
{
	char path[512];
	for (;;) {
		size_t length;
		struct header *header = (struct header *)take(sizeof *header, &length);
		if (!header)
			return false;
		if (!*header->name)
			return true;
		errno = EINVAL;
		if (memcmp(header->magic, "ustar", 5) != 0 || header->type != '0')
			return false;
		snprintf(path, sizeof path, "%s/%.155s%s%.100s", folder, header->prefix, *header->prefix ? "/" : "", header->name);
		make_folders(path);
		if (!unpack_file(path, (mode_t)strtoul(header->mode, NULL, 8), strtoul(header->size, NULL, 8)))
			return false;
	}
}

static void put(const char *id, const char *path, const char *folder)
{
	disk.at = disk.end = 0;
	/* The host may have written the disk since it was last read. */
	disk.fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	bool good = disk.fd != -1 && unpack(folder);
	if (!good) {
		const char *why = strerror(errno);
		send_number("err", id, (long)strlen(why));
		send_all(why, strlen(why));
	}
	if (disk.fd != -1)
		close(disk.fd);
	send_number("exit", id, good ? 0 : 1);
}

static void take_request(void)
{
	char line[128], word[16], id[32], path[64], folder[64];
	unsigned long length = 0;
	receive_line(line, sizeof line);
	if (sscanf(line, "put %31s %63s %63s", id, path, folder) == 3) {
		put(id, path, folder);
		return;
	}
	int fields = sscanf(line, "%15s %31s %lu", word, id, &length);
	if (fields == 2 && strcmp(word, "ping") == 0) {
		send_line("pong", id, "");
	} else if (fields == 3 && strcmp(word, "exec") == 0 && length <= COMMAND_MAX && job.pid == 0) {
		char *command = receive_command(id, length);
		start_job(id, command);
		free(command);
	} else if (fields == 2 && strcmp(word, "kill") == 0 && job.pid != 0 && strcmp(id, job.id) == 0) {
		kill(-job.pid, SIGKILL);
	} else if (fields > 0) {
		send_line("refused", word, "");
	}
}

static void on_child(int signo)
{
	int saved = errno;
	(void)signo;
	/* A full pipe means that a wake-up is on its way already. */
	if (write(child_ended[1], "", 1) == -1)
		errno = saved;
	errno = saved;
}

static void open_port(const char *path)
{
	struct termios raw;
	port = open(path, O_RDWR | O_NOCTTY);
	if (port == -1)
		give_up(path);
	close_on_exec(port);
	if (tcgetattr(port, &raw) == -1)
		return; /* no terminal */
	raw.c_iflag = IGNBRK;
	raw.c_oflag = 0;
	raw.c_lflag = 0;
	raw.c_cflag = CS8 | CREAD | CLOCAL;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(port, TCSAFLUSH, &raw) == -1)
		give_up(path);
}

int main(int argc, char **argv)
{
	struct sigaction action;
	if (argc != 2) {
		fprintf(stderr, "usage: agent PORT\n");
		return 64;
	}
	/* Whatever the commands do to the machine, the host is answered. */
	setpriority(PRIO_PROCESS, 0, -20);
	open_port(argv[1]);
	umask(022);
	if (posix_memalign((void **)&disk.bytes, 4096, DISK_PIECE) != 0)
		give_up("posix_memalign");
	if (pipe(child_ended) == -1)
		give_up("pipe");
	for (int i = 0; i < 2; i++) {
		close_on_exec(child_ended[i]);
		fcntl(child_ended[i], F_SETFL, O_NONBLOCK);
	}
	memset(&action, 0, sizeof action);
	action.sa_handler = on_child;
	action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
	sigaction(SIGCHLD, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	send_line("hello", VERSION, "");
	for (;;) {
		struct pollfd ready[] = {
			{ .fd = port, .events = POLLIN },
			{ .fd = child_ended[0], .events = POLLIN },
			{ .fd = job.out, .events = POLLIN },
			{ .fd = job.err, .events = POLLIN },
		};
		if (poll(ready, 4, -1) == -1) {
			if (errno == EINTR)
				continue;
			give_up("poll");
		}
		if (ready[2].revents && !pass_on("out", job.out)) {
			close(job.out);
			job.out = -1;
		}
		if (ready[3].revents && !pass_on("err", job.err)) {
			close(job.err);
			job.err = -1;
		}
		if (ready[1].revents) {
			char bytes[64];
			while (read(child_ended[0], bytes, sizeof bytes) > 0)
				;
			reap();
		}
		if (ready[0].revents)
			take_request();
	}
}
