/*
 * Names of signals and errors: the words that observations and endings use.
 */
#ifndef NAMES_H
#define NAMES_H

#include <errno.h>
#include <signal.h>

#include "threads.h" /* UNUSED_OK */

/* A signal's name without SIG: TERM, RTMIN+3. Safe in a signal handler. */
UNUSED_OK static const char *signal_name(int signo)
{
	static _Thread_local char realtime[] = "RTMIN+00";
	if (signo >= SIGRTMIN && signo <= SIGRTMAX) {
		int n = signo - SIGRTMIN;
		char *digit = realtime + 6;
		if (n >= 10)
			*digit++ = (char)('0' + n / 10);
		*digit++ = (char)('0' + n % 10);
		*digit = '\0';
		return realtime;
	}
	switch (signo) {
#define NAME(n) case SIG##n: return #n;
	NAME(HUP) NAME(INT) NAME(QUIT) NAME(ILL) NAME(TRAP) NAME(ABRT) NAME(BUS) NAME(FPE) NAME(KILL) NAME(USR1)
	NAME(SEGV) NAME(USR2) NAME(PIPE) NAME(ALRM) NAME(TERM) NAME(CHLD) NAME(CONT) NAME(STOP) NAME(TSTP) NAME(TTIN)
	NAME(TTOU) NAME(URG) NAME(XCPU) NAME(XFSZ) NAME(VTALRM) NAME(PROF) NAME(WINCH) NAME(IO) NAME(SYS)
#if defined(__linux__)
	NAME(PWR)
#ifdef SIGSTKFLT
	NAME(STKFLT)
#endif
#elif defined(__FreeBSD__)
	NAME(EMT) NAME(INFO) NAME(THR) NAME(LIBRT)
#endif
#undef NAME
	case 0: return "none";
	default: return "other";
	}
}

UNUSED_OK static const char *error_name(int error)
{
	switch (error) {
#define NAME(n) case n: return #n;
	NAME(EPERM) NAME(ENOENT) NAME(ESRCH) NAME(EINTR) NAME(EIO) NAME(E2BIG) NAME(ENOEXEC) NAME(EBADF) NAME(ECHILD)
	NAME(EAGAIN) NAME(ENOMEM) NAME(EACCES) NAME(EFAULT) NAME(EBUSY) NAME(EEXIST) NAME(ENOTDIR) NAME(EISDIR) NAME(EINVAL)
	NAME(ENFILE) NAME(EMFILE) NAME(ETXTBSY) NAME(EFBIG) NAME(ENOSPC) NAME(EROFS) NAME(EPIPE) NAME(EDEADLK) NAME(ENAMETOOLONG)
	NAME(ENOSYS) NAME(ELOOP) NAME(EIDRM) NAME(ENOMSG) NAME(ETIMEDOUT) NAME(ECONNREFUSED) NAME(ECONNRESET) NAME(ECANCELED)
	NAME(EOWNERDEAD) NAME(ENOTRECOVERABLE) NAME(ENOTSUP) NAME(EOVERFLOW)
#undef NAME
	case 0: return "0";
	default: return "other";
	}
}

#endif
