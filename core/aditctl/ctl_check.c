/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_check.c - aditctl check: runs aditd -t, so that a configuration is
 * checked as at a start of aditd. */
#include "aditctl/ctl.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_CAP = 4096 };

/* The aditd in the folder of this program. */
static int find_aditd(char *path, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", path, cap - sizeof "aditd");
	char *slash;

	if (n <= 0)
		return ctl_fail(CTL_FAILED, "/proc/self/exe: %s",
				strerror(errno));
	path[n] = 0;
	slash = strrchr(path, '/');
	snprintf(slash + 1, sizeof "aditd", "aditd");
	return CTL_OK;
}

static void check_run(const char *aditd, const char *file, int err)
{
	char *argv[] = { (char *)(uintptr_t) "aditd", (char *)(uintptr_t) "-t",
			 (char *)(uintptr_t) "-c", (char *)(uintptr_t)file,
			 NULL };

	if (err >= 0 &&
	    (dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0))
		_exit(CTL_FAILED);
	execv(aditd, argv);
	dprintf(STDERR_FILENO, "aditctl: %s: %s\n", aditd, strerror(errno));
	_exit(CTL_FAILED);
}

/* Runs it and returns its exit status.  What it prints goes to `out` unless
 * NULL. */
static int check_ask(const char *aditd, const char *file, struct buf *out)
{
	int fd[2] = { -1, -1 }, status = 0;
	uint8_t *to;
	ssize_t n;
	pid_t pid;

	if (out && pipe(fd))
		return ctl_fail(CTL_FAILED, "%s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		check_run(aditd, file, fd[1]);
	if (pid < 0)
		return ctl_fail(CTL_FAILED, "%s", strerror(errno));
	if (out) {
		close(fd[1]);
		while ((to = buf_reserve(out, 4096)) &&
		       (n = read(fd[0], to, 4096)) > 0)
			buf_commit(out, (size_t)n);
		close(fd[0]);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return CTL_FAILED;
	return WEXITSTATUS(status);
}

static json_t *check_lines(const struct buf *b)
{
	json_t *a = json_array();
	const char *p = (const char *)buf_ptr(b);
	size_t left = buf_len(b);

	while (a && left) {
		const char *nl = memchr(p, '\n', left);
		size_t n = nl ? (size_t)(nl - p) : left;

		json_array_append_new(a, json_stringn(p, n));
		n += nl != NULL;
		p += n;
		left -= n;
	}
	return a;
}

int ctl_check(const struct ctl *ctl)
{
	const char *file = ctl->nwords ? ctl->word[0] : ctl->file;
	struct buf said = { 0 };
	char aditd[PATH_CAP];
	int status = find_aditd(aditd, sizeof aditd), r;

	if (status)
		return status;
	if (!ctl->json)
		return check_ask(aditd, file, NULL);
	status = check_ask(aditd, file, &said);
	r = ctl_print_json(json_pack("{s:s, s:b, s:o}", "file", file, "good",
				     status == CTL_OK, "messages",
				     check_lines(&said)));
	buf_fini(&said);
	return status ? status : r;
}
