/*
 * What the tests of fault/ share: a worker, w0, makes a fault while main waits for it, and a handler reports what the
 * system says of it: `address` is `exact` when it is `fault_address`, `pc` when it is that of the instruction at which
 * the thread was interrupted.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "codes.h"
#include "in_worker.h"

static char *volatile fault_address = (char *)-1;

static const void *program_counter(const void *context)
{
	const ucontext_t *interrupted = context;
#if defined(__linux__) && defined(__x86_64__)
	return (const void *)interrupted->uc_mcontext.gregs[REG_RIP];
#elif defined(__linux__) && defined(__aarch64__)
	return (const void *)interrupted->uc_mcontext.pc;
#elif defined(__FreeBSD__) && defined(__amd64__)
	return (const void *)interrupted->uc_mcontext.mc_rip;
#elif defined(__FreeBSD__) && defined(__aarch64__)
	return (const void *)interrupted->uc_mcontext.mc_gpregs.gp_elr;
#else
	(void)interrupted;
	return (const void *)-2;
#endif
}

static void observe_fault(int signo, const siginfo_t *info, const void *context)
{
	const void *address = info->si_addr, *pc = program_counter(context);

	observe("handler-thread", my_name);
	observe("signal", signal_name(signo));
	observe("code", code_name(signo, info->si_code));
	observe("address", address == fault_address ? "exact" : address == pc ? "pc" : address ? "other" : "null");
}

/* Ends the run: to return would be to fault again. */
UNUSED_OK static void report_fault(int signo, siginfo_t *info, void *context)
{
	observe_fault(signo, info, context);
	_exit(0);
}

UNUSED_OK static void handle_info(int signo, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO | flags;
	sigemptyset(&action.sa_mask);
	CHECK(sigaction(signo, &action, NULL));
}

/* Handles with report_fault() whatever a fault may send. */
UNUSED_OK static void report_faults(int flags)
{
	static const int all[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		handle_info(all[i], report_fault, flags);
}

/* A page of memory of its own, with that protection. */
UNUSED_OK static char *new_page(int protection)
{
	char *page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), protection, MAP_PRIVATE | MAP_ANON, -1, 0);
	if (page == MAP_FAILED)
		die("mmap");
	return page;
}

/* The plainest fault: a write to address 0. */
UNUSED_OK static void write_to_null(void)
{
	fault_address = NULL;
	*(volatile char *)fault_address = 1;
}

/* Makes a fault in the worker. */
UNUSED_OK static void in_faulting_worker(void (*fault)(void))
{
	in_worker("w0", fault);
	observe("worker", "went on");
}

#endif
