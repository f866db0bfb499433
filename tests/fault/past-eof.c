/*---
title: a worker reads a mapped page that lies beyond the end of its file; which signal and code come of it
about: It happens to whoever maps a file that another process truncates.
sender: kernel
posix: required
posix-note: >-
  Access to whole pages beyond the end of a mapped object is SIGBUS. The code is not told: BUS_ADRERR is for a physical
  address that does not exist, BUS_OBJERR for an error of the object's hardware.
spec: XSH mmap()
source: [Linux arch/x86/mm/fault.c do_sigbus(), FreeBSD sys/vm/vm_fault.c vm_fault_trap()]
differs:
  freebsd-*: FreeBSD says BUS_OBJERR, an error of the mapped object; Linux says BUS_ADRERR, an address that is not there
portable: >-
  Handle SIGBUS and look at si_addr; do not decide by si_code. Better: read files that others may truncate with pread().
---*/
#include "faults.h"

static void read_past_end(void)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	int file = open("empty", O_RDWR | O_CREAT, 0600);
	char *page;

	CHECK(file);
	page = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
	if (page == MAP_FAILED)
		die("mmap");
	fault_address = page + 8;
	(void)*(volatile char *)fault_address;
}

int main(void)
{
	report_faults(0);
	in_faulting_worker(read_past_end);
}
