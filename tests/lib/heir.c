/*
 * The program that Python tests start where they look at what a new program inherits: an interpreter takes many times as
 * long to start. Each argument is `KEY=QUESTION`, and is answered by one observation; a signal is given by its number.
 *
 *   pending SIGNAL...                   whether all of them are: yes | no
 *   blocked SIGNAL...                   the same of the mask
 *   others-blocked                      whether any signal is blocked but USR1 and USR2: yes | no
 *   whose-pending NAME SIGNAL...        the names of those that are: a name | both | none
 *   whose-mask                          see inherited.h; it has a key of its own
 *   action SIGNAL                       ignored | default
 *   arrives SIGNAL                      whether it comes within five seconds: arrived | none
 *   process ID                          whether this process has that id: yes | no
 *   session, group                      own | inherited
 */
#include "inherited.h"
#include "spawned.h"
#include "timers.h"

enum { MOST_WORDS = 8 };

/* A question's words behind its first one. */
struct words {
	char *at[MOST_WORDS];
	int count;
};

static bool all_are(bool (*is)(int signo), const struct words *signals)
{
	for (int i = 0; i < signals->count; i++)
		if (!is(atoi(signals->at[i])))
			return false;
	return true;
}

static const char *whose_are_pending(const struct words *words)
{
	const char *whose = "none";

	for (int i = 0; i + 1 < words->count; i += 2)
		if (is_pending(atoi(words->at[i + 1])))
			whose = strcmp(whose, "none") == 0 ? words->at[i] : "both";
	return whose;
}

static void answer(const char *key, const char *question, const struct words *words)
{
	int number = words->count > 0 ? atoi(words->at[0]) : 0;
	siginfo_t info;

	if (strcmp(question, "pending") == 0)
		observe_yes(key, all_are(is_pending, words));
	else if (strcmp(question, "blocked") == 0)
		observe_yes(key, all_are(is_blocked, words));
	else if (strcmp(question, "others-blocked") == 0)
		observe_yes(key, others_are_blocked());
	else if (strcmp(question, "whose-pending") == 0)
		observe(key, whose_are_pending(words));
	else if (strcmp(question, "whose-mask") == 0)
		observe_inherited_mask();
	else if (strcmp(question, "action") == 0)
		observe(key, action_of(number));
	else if (strcmp(question, "arrives") == 0)
		observe(key, arrives(number, &info, 5000) ? "arrived" : "none");
	else if (strcmp(question, "process") == 0)
		observe_yes(key, getpid() == number);
	else if (strcmp(question, "session") == 0)
		observe(key, getsid(0) == getpid() ? "own" : "inherited");
	else if (strcmp(question, "group") == 0)
		observe(key, getpgrp() == getpid() ? "own" : "inherited");
	else
		errno = EINVAL, die(question);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *rest = argv[i], *key = strsep(&rest, "="), *question = strsep(&rest, " "), *word;
		struct words words = {.count = 0};

		while (words.count < MOST_WORDS && (word = strsep(&rest, " ")))
			words.at[words.count++] = word;
		answer(key, question ? question : "", &words);
	}
}
