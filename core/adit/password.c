/* SPDX-License-Identifier: BSD-2-Clause */
/* password.c - the user's password: where it comes from, where it is kept. */
#include "adit/password.h"

#include "adit/cli.h"
#include "base/log.h"
#include "control/secret.h"
#include "frame/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(PASSWORD_CAP <= ANSWER_MAX, "a password is an answer");

/* The leak check of a sanitizer attaches to this process as a debugger does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

void password_hide(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

void password_lock(char *p)
{
	if (mlock(p, PASSWORD_CAP))
		log_msg(LOG_WARN, NULL,
			"cannot lock the memory of the password, "
			"which may be swapped out: %s; see ulimit -l",
			strerror(errno));
}

char *password_new(void)
{
	char *p = mmap(NULL, PASSWORD_CAP, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, PASSWORD_CAP, MADV_DONTDUMP);
	password_lock(p);
	return p;
}

void password_free(char *p)
{
	if (!p)
		return;
	explicit_bzero(p, PASSWORD_CAP);
	munmap(p, PASSWORD_CAP);
}

/* 0, or an exit status: what is wrong is printed, with where the password came
 * from. */
static int say_unless(int r, const char *from, const char *why)
{
	if (!r)
		return CLI_OK;
	return *why ? cli_fail(CLI_FAILED, "%s: %s", from, why) : CLI_FAILED;
}

static int password_read(int fd, const char *from, char *dst)
{
	char why[SECRET_WHY];
	int r = secret_read(fd, dst, PASSWORD_CAP, why);

	return say_unless(r, from, why);
}

int password_line(const char *from, char *dst, size_t n)
{
	char why[SECRET_WHY];
	int r = secret_take(dst, n, PASSWORD_CAP, why);

	return say_unless(r, from, why);
}

int password_from_stdin(char *dst)
{
	return password_read(STDIN_FILENO, "standard input", dst);
}

static int check_file(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st))
		return cli_fail(CLI_USAGE, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return cli_fail(CLI_USAGE, "%s: not a regular file", path);
	if (st.st_uid && st.st_uid != geteuid())
		return cli_fail(CLI_USAGE,
				"%s: belongs to uid %u: chown it to "
				"yourself",
				path, (unsigned)st.st_uid);
	if (st.st_mode & 077)
		return cli_fail(CLI_USAGE,
				"%s: others may read it (mode "
				"%04o): chmod 600 %s",
				path, (unsigned)(st.st_mode & 07777), path);
	return CLI_OK;
}

int password_from_file(const char *path, char *dst)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int status;

	if (fd < 0)
		return cli_fail(CLI_USAGE,
				"%s: %s; see password_file in "
				"adit.ini(5)",
				path, strerror(errno));
	status = check_file(fd, path);
	if (!status)
		status = password_read(fd, path, dst);
	close(fd);
	return status;
}

static const char credential[] = "adit-password";

static char *credential_path(char *dst, size_t cap)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	int n = dir && *dir == '/' ?
			snprintf(dst, cap, "%s/%s", dir, credential) :
			0;

	return n > 0 && (size_t)n < cap && !access(dst, F_OK) ? dst : NULL;
}

bool password_is_credential(void)
{
	char path[PATH_MAX];

	return credential_path(path, sizeof path);
}

/* The file's mode is not checked: systemd keeps it from other users. */
int password_from_credential(char *dst)
{
	char path[PATH_MAX];
	int fd = credential_path(path, sizeof path) ?
			 open(path,
			      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) :
			 -1;
	int status;

	if (fd < 0)
		return cli_fail(CLI_FAILED, "the credential %s: %s", credential,
				strerror(errno));
	status = password_read(fd, path, dst);
	close(fd);
	return status;
}

/* ---- terminal ------------------------------------------------------------ */

int password_from_terminal(const char *prompt, char *dst)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), r;
	const struct secret_prompt p = { .in = tty,
					 .out = tty,
					 .text = prompt };
	char why[SECRET_WHY];

	if (tty < 0)
		return cli_fail(CLI_USAGE,
				"there is no terminal to ask for the password "
				"on: use --password-stdin, password_file or "
				"password_command, see adit.ini(5)");
	r = secret_ask(&p, dst, PASSWORD_CAP, why);
	close(tty);
	return say_unless(r, "terminal", why);
}

static bool answer_one(int tty, const struct prompt *q, unsigned i, char *dst)
{
	char text[4 * TEXT_MAX], why[SECRET_WHY];
	const struct secret_prompt p = {
		.in = tty,
		.out = tty,
		.text = log_escape(text, sizeof text, q->ask[i].text),
		.echo = q->ask[i].echo,
		.may_be_empty = true,
	};

	return !secret_ask(&p, dst, ANSWER_MAX, why);
}

bool password_answer_prompt(const struct prompt *q, struct answer *a)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char info[4 * TEXT_MAX];
	bool all = tty >= 0;

	*a = (struct answer){ .n = q->n };
	if (all && q->info[0])
		dprintf(tty, "%s\n", log_escape(info, sizeof info, q->info));
	for (unsigned i = 0; i < q->n && all; i++)
		all = answer_one(tty, q, i, a->text[i]);
	if (tty >= 0)
		close(tty);
	return all;
}
