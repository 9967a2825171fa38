/* SPDX-License-Identifier: BSD-2-Clause */
/* reach.c - writes down which branches of a program were taken (tests/e2e/reach).
 *
 * clang's -fsanitize-coverage=trace-pc-guard calls the two functions below: one
 * when a program or plugin is loaded, with a word for each branch, and one at each
 * branch, with its word.  Each branch has a byte in a file, which stays mapped, so
 * that processes without any rights can go on writing: $ADIT_REACH/CASE/NAME.COUNT
 * for a case of $ADIT_CASE, NAME of the program and COUNT of its branches. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each module has its own copy of this file. */
#define OF_THIS_MODULE __attribute__((visibility("hidden")))

OF_THIS_MODULE void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin,
							uint32_t *end);
OF_THIS_MODULE void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

static unsigned char *taken; /* a byte for each branch; NULL: nobody asked */

/* Other users' processes write there, too. */
static int reach_open(const char *top, const char *name, const char *module,
		      size_t count)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	if (!mkdir(path, 0777))
		chmod(path, 01777);
	snprintf(path, sizeof(path), "%s/%s/%s.%zu", top, name, module, count);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0)
		fchmod(fd, 0666);
	return fd;
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end)
{
	const char *top = getenv("ADIT_REACH"), *name = getenv("ADIT_CASE");
	size_t count = (size_t)(end - begin);
	const char *module;
	void *map;
	Dl_info info;
	int fd;

	if (!count || *begin || !top || !name || !dladdr(begin, &info))
		return;
	module = strrchr(info.dli_fname, '/');
	fd = reach_open(top, name, module ? module + 1 : info.dli_fname, count);
	if (fd < 0)
		return;
	map = MAP_FAILED;
	if (!ftruncate(fd, (off_t)count))
		map = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	taken = map;
	for (uint32_t n = 1; begin < end; n++)
		*begin++ = n;
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
	if (*guard && !taken[*guard - 1])
		taken[*guard - 1] = 1;
}
