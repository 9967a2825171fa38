/* SPDX-License-Identifier: BSD-2-Clause */
/* password.c - the user's password: where it comes from, where it is kept. */
#include "adit/password.h"

#include "adit/cli.h"
#include "base/log.h"
#include "frame/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

_Static_assert(PASSWORD_CAP <= ANSWER_MAX, "a password is an answer");

/* The leak check of a sanitizer looks into this process as a debugger does. */
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
			"the password's memory cannot be "
			"locked: %s; see ulimit -l",
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

/* Byte by byte: what is behind the line is not ours, and nothing of it stays in
 * another buffer.  0, or an exit status and it is said. */
static int read_line(int fd, const char *from, char *dst)
{
	size_t n = 0;
	ssize_t r;

	while (n < PASSWORD_CAP && (r = read(fd, dst + n, 1)) != 0) {
		if (r < 0 && errno == EINTR)
			return CLI_FAILED; /* ^C: no more words */
		if (r < 0)
			return cli_fail(CLI_FAILED,
					"%s: cannot read the "
					"password: %s",
					from, strerror(errno));
		if (dst[n] == '\n')
			break;
		n++;
	}
	return password_line(from, dst, n);
}

int password_line(const char *from, char *dst, size_t n)
{
	if (n == PASSWORD_CAP)
		return cli_fail(CLI_FAILED,
				"%s: the password is longer than "
				"%d bytes",
				from, PASSWORD_CAP - 1);
	if (n && dst[n - 1] == '\r')
		n--;
	dst[n] = 0;
	if (strlen(dst) != n)
		return cli_fail(CLI_FAILED, "%s: the password holds a NUL byte",
				from);
	return n ? CLI_OK :
		   cli_fail(CLI_FAILED, "%s: the password is empty", from);
}

int password_from_stdin(char *dst)
{
	return read_line(STDIN_FILENO, "standard input", dst);
}

static int check_file(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st))
		return cli_fail(CLI_USAGE, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return cli_fail(CLI_USAGE, "%s: is no regular file", path);
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
		status = read_line(fd, path, dst);
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

/* systemd has seen to who may read it. */
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
	status = read_line(fd, path, dst);
	close(fd);
	return status;
}

/* ---- terminal -------------------------------------------------------------------- */

/* A signal's handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

static const int fatal[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* A terminal must not stay without echo, whatever ends the question. */
static int ask(int tty, const char *prompt, char *dst)
{
	/* Without SA_RESTART: read ends. */
	struct sigaction catch = { .sa_handler = on_signal };
	struct sigaction before[ARRAY_LEN(fatal)];
	struct termios shown, hidden;
	int status;

	if (tcgetattr(tty, &shown))
		return cli_fail(CLI_USAGE,
				"cannot ask for the password: %s; "
				"use --password-stdin",
				strerror(errno));
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaction(fatal[i], &catch, &before[i]);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(tty, TCSAFLUSH, &hidden);
	dprintf(tty, "%s", prompt);
	status = read_line(tty, "terminal", dst);
	tcsetattr(tty, TCSAFLUSH, &shown);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaction(fatal[i], &before[i], NULL);
	if (caught)
		raise(caught);
	return status;
}

int password_from_terminal(const char *prompt, char *dst)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), status;

	if (tty < 0)
		return cli_fail(CLI_USAGE,
				"no terminal to ask for the password "
				"on: use --password-stdin, password_file or "
				"password_command, see adit.ini(5)");
	status = ask(tty, prompt, dst);
	close(tty);
	return status;
}
