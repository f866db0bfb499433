/*
 * Handlers that several tests install: one says which thread it ran on, one counts its runs; and the idle thread,
 * parked in read, that most of them keep beside.
 */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "observe.h"

static volatile sig_atomic_t handler_runs;
static struct gate handled; /* opened by report_thread() */

UNUSED_OK static void report_thread(int signo)
{
	(void)signo;
	observe("handler-thread", my_name);
	handler_runs++;
	gate_open(&handled);
}

/* Installs report_thread(); gate_wait(&handled) then waits for one run of it. */
UNUSED_OK static void handle_reporting(int signo)
{
	handled = gate_new();
	handle(signo, report_thread, SA_RESTART);
}

UNUSED_OK static void count_run(int signo)
{
	(void)signo;
	handler_runs++;
}

UNUSED_OK static void observe_count(const char *key, int count)
{
	char text[12];
	snprintf(text, sizeof text, "%d", count);
	observe(key, text);
}

/* A worker's body: parked in read until the process ends. */
UNUSED_OK static void *park(void *unused)
{
	struct gate never = gate_new();
	(void)unused;
	gate_wait(&never);
	return NULL;
}

#endif
