/*---
title: an alternate stack of 0, 2047 or 65536 bytes; which is too small
about: >-
  What a signal frame takes grows with the processor's registers: with AVX-512 it is more than the 2048 bytes that
  MINSIGSTKSZ was for decades. Linux tells the size since 5.14, and sysconf() passes it on.
sender: none
posix: required
posix-note: >-
  A stack of less than MINSIGSTKSZ bytes is ENOMEM. What MINSIGSTKSZ comes to is the system's matter.
spec: XSH sigaltstack()
source:
  - Linux kernel/signal.c do_sigaltstack()
  - musl src/signal/sigaltstack.c
  - FreeBSD sys/kern/kern_sig.c kern_sigaltstack()
differs:
  debian-11: glibc has sysconf(_SC_MINSIGSTKSZ) since 2.34
  freebsd-*: FreeBSD 13 has no sysconf(_SC_MINSIGSTKSZ)
portable: >-
  Never allocate MINSIGSTKSZ or SIGSTKSZ bytes from the constants: take 64 KiB, or sysconf(_SC_SIGSTKSZ) where there is
  one and it is larger.
---*/
#include "altstack.h"

static void try_size(const char *key, size_t size)
{
	stack_t stack = {.ss_sp = alternate, .ss_size = size};
	observe(key, sigaltstack(&stack, NULL) == 0 ? "accepted" : error_name(errno));
}

int main(void)
{
	try_size("0", 0);
	try_size("2047", 2047);
	try_size("65536", sizeof alternate);
#ifdef _SC_MINSIGSTKSZ
	observe_yes("sysconf-tells", sysconf(_SC_MINSIGSTKSZ) > 0);
#else
	observe_yes("sysconf-tells", false);
#endif
}
