/*
 * Names of si_code values: SI_USER, SI_QUEUE, SEGV_MAPERR...
 */
#ifndef CODES_H
#define CODES_H

#include <signal.h>

#include "threads.h" /* UNUSED_OK */

/* Safe in a signal handler. The codes that are specific to one signal overlap with those of others. */
UNUSED_OK static const char *code_name(int signo, int code)
{
#define ANY(n) if (code == n) return #n;
#define OF(s, n) if (signo == SIG##s && code == n) return #n;
	ANY(SI_USER) ANY(SI_QUEUE) ANY(SI_TIMER) ANY(SI_ASYNCIO) ANY(SI_MESGQ) ANY(SI_KERNEL)
#ifdef SI_TKILL /* Linux: pthread_kill, raise */
	ANY(SI_TKILL)
#endif
#ifdef SI_LWP /* FreeBSD: pthread_kill, raise */
	ANY(SI_LWP)
#endif
#ifdef SI_NOINFO /* FreeBSD: the information could not be queued */
	ANY(SI_NOINFO)
#endif
#ifdef SI_SIGIO /* Linux */
	ANY(SI_SIGIO)
#endif
	OF(ILL, ILL_ILLOPC) OF(ILL, ILL_ILLOPN) OF(ILL, ILL_ILLADR) OF(ILL, ILL_ILLTRP) OF(ILL, ILL_PRVOPC)
	OF(ILL, ILL_PRVREG) OF(ILL, ILL_COPROC) OF(ILL, ILL_BADSTK)
	OF(FPE, FPE_INTDIV) OF(FPE, FPE_INTOVF) OF(FPE, FPE_FLTDIV) OF(FPE, FPE_FLTOVF) OF(FPE, FPE_FLTUND)
	OF(FPE, FPE_FLTRES) OF(FPE, FPE_FLTINV) OF(FPE, FPE_FLTSUB)
	OF(SEGV, SEGV_MAPERR) OF(SEGV, SEGV_ACCERR)
	OF(BUS, BUS_ADRALN) OF(BUS, BUS_ADRERR) OF(BUS, BUS_OBJERR)
	OF(TRAP, TRAP_BRKPT) OF(TRAP, TRAP_TRACE)
	OF(CHLD, CLD_EXITED) OF(CHLD, CLD_KILLED) OF(CHLD, CLD_DUMPED) OF(CHLD, CLD_TRAPPED) OF(CHLD, CLD_STOPPED)
	OF(CHLD, CLD_CONTINUED)
#ifdef POLL_IN
	OF(IO, POLL_IN) OF(IO, POLL_OUT) OF(IO, POLL_MSG) OF(IO, POLL_ERR) OF(IO, POLL_PRI) OF(IO, POLL_HUP)
#endif
#undef OF
#undef ANY
	return "other";
}

#endif
