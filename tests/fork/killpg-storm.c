/*---
title: a process group is killed while its processes fork; does a new child survive?
about: >-
  Each process of the group forks children that wait, kills and reaps them, again and again. A child that killpg()
  misses has nobody to kill it; main lets it go on afterwards, and it tells.
sender: external
posix: required
posix-note: >-
  killpg() sends to all processes of the group. The rationale of fork() has it appear atomic: the signal comes before
  it, and there is no child, or after it, to both.
spec: XSH kill()
source: [Linux kernel/fork.c copy_process(), FreeBSD sys/kern/kern_fork.c fork1(), FreeBSD sys/kern/kern_sig.c
  killpg1()]
bugs: [FreeBSD D41128]
repeat: 20 # each makes several groups
allowed:
  survivors: {values: [none, some], why: whether a fork is under way at the moment of the kill is chance}
differs:
  freebsd-13*: >-
    a new child enters its process group only after a window in which killpg() does not see it, and the parent's
    pending SIGKILL does not stop the fork; Linux has such a fork begin anew
portable: >-
  On systems with that gap, send the signal again until the group is empty: killpg() then fails with ESRCH.
---*/
#include "forked.h"

enum { PROCESSES = 3, ROUNDS = 3 };

static struct gate forking, killed;
static int tell;

static void fork_and_kill(void)
{
	for (int round = 0;; round++) {
		pid_t child;
		CHECK(child = fork());
		if (child == 0) {
			gate_wait(&killed);
			_exit(write(tell, "", 1) == 1 ? 0 : 1);
		}
		CHECK(kill(child, SIGKILL));
		CHECK(waitpid(child, NULL, 0));
		if (round == 3)
			gate_open(&forking);
	}
}

/* Whether any process of a group survived its kill. */
static bool survives(void)
{
	pid_t group = 0, children[PROCESSES];
	int told[2];
	char bytes[PROCESSES];
	bool some = false;

	killed = gate_new();
	forking = gate_new();
	CHECK(pipe(told));
	tell = told[1];
	for (int i = 0; i < PROCESSES; i++) {
		CHECK(children[i] = fork());
		if (children[i] == 0) {
			close(told[0]);
			CHECK(setpgid(0, group));
			gate_open(&forking);
			fork_and_kill();
		}
		group = children[0];
		gate_wait(&forking);
	}
	close(told[1]);
	for (int i = 0; i < PROCESSES; i++)
		gate_wait(&forking);
	CHECK(killpg(group, SIGKILL));
	for (int i = 0; i < PROCESSES; i++)
		CHECK(waitpid(children[i], NULL, 0));
	for (int i = 0; i < PROCESSES; i++)
		gate_open(&killed);
	while (read(told[0], bytes, sizeof bytes) > 0) /* up to the end of file: all have ended */
		some = true;
	close(told[0]);
	for (int i = 0; i < 2; i++) {
		close(killed.fd[i]);
		close(forking.fd[i]);
	}
	return some;
}

int main(void)
{
	bool some = false;
	for (int round = 0; round < ROUNDS && !some; round++)
		some = survives();
	observe("survivors", some ? "some" : "none");
}
