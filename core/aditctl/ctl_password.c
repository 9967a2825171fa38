/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_password.c - asks for a password and makes its hash. */
#include "aditctl/ctl.h"

#include "frame/payload.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Byte by byte: what is behind the line is not ours. */
static int read_line(int fd, char *dst, size_t cap)
{
	size_t n = 0;
	ssize_t r;
	char c;

	while ((r = read(fd, &c, 1)) == 1 && c != '\n') {
		if (n + 1 == cap)
			return ctl_fail(CTL_FAILED,
					"the password is longer "
					"than %zu bytes",
					cap - 1);
		dst[n++] = c;
	}
	dst[n] = 0;
	if (r < 0 && errno != EIO)
		return ctl_fail(CTL_FAILED, "cannot read the password: %s",
				strerror(errno));
	if (n && dst[n - 1] == '\r')
		dst[--n] = 0;
	if (strlen(dst) != n)
		return ctl_fail(CTL_FAILED, "the password holds a NUL byte");
	return n ? CTL_OK : ctl_fail(CTL_FAILED, "the password is empty");
}

static int ask(const char *prompt, char *dst, size_t cap)
{
	struct termios shown, hidden;
	int status;

	if (tcgetattr(STDIN_FILENO, &shown))
		return ctl_fail(CTL_FAILED,
				"no terminal to ask for the "
				"password on: use --password-stdin");
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* First: what is typed before it is thrown away. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fputs(prompt, stderr);
	status = read_line(STDIN_FILENO, dst, cap);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	return status;
}

int ctl_password(bool from_stdin, const char *user, char *dst, size_t cap)
{
	char again[ANSWER_MAX], prompt[128];
	int status;

	if (from_stdin)
		return read_line(STDIN_FILENO, dst, cap);
	snprintf(prompt, sizeof prompt, "password for %s: ", user);
	status = ask(prompt, dst, cap);
	if (!status)
		status = ask("again: ", again, sizeof again);
	if (!status && strcmp(dst, again))
		status = ctl_fail(CTL_FAILED, "the two are not the same");
	explicit_bzero(again, sizeof again);
	return status;
}

int ctl_hash(const char *password, char *hash, size_t cap)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct crypt_data *data = calloc(1, sizeof *data);
	const char *made = NULL;

	if (data &&
	    crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting))
		made = crypt_r(password, setting, data);
	if (made && made[0] != '*' && strlen(made) < cap)
		snprintf(hash, cap, "%s", made);
	else
		made = NULL;
	if (data)
		explicit_bzero(data, sizeof *data);
	free(data);
	return made ? CTL_OK :
		      ctl_fail(CTL_FAILED,
			       "crypt(3) cannot make a "
			       "yescrypt hash: %s",
			       strerror(errno));
}
