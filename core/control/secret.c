/* SPDX-License-Identifier: BSD-2-Clause */
/* secret.c - reads a password: from a file that is open, or from a terminal. */
#include "control/secret.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int secret_take(char *dst, size_t n, size_t cap, char why[SECRET_WHY])
{
	const char *what = NULL;

	why[0] = 0;
	if (n == cap) {
		snprintf(why, SECRET_WHY,
			 "the password is longer than %zu bytes", cap - 1);
		return ERR_INVAL;
	}
	if (n && dst[n - 1] == '\r')
		n--;
	dst[n] = 0;
	if (strlen(dst) != n)
		what = "the password holds a NUL byte";
	else if (!n)
		what = "the password is empty";
	if (what)
		snprintf(why, SECRET_WHY, "%s", what);
	return what ? ERR_INVAL : 0;
}

/* Reads byte by byte: what follows the line is for others, and no other buffer
 * gets a copy of the password. */
int secret_read(int fd, char *dst, size_t cap, char why[SECRET_WHY])
{
	size_t n = 0;
	ssize_t r;

	why[0] = 0;
	while (n < cap && (r = read(fd, dst + n, 1)) != 0) {
		if (r < 0 && errno == EINTR)
			return ERR_CLOSED; /* Ctrl-C: nothing is printed */
		if (r < 0 && errno == EIO)
			break; /* the terminal hung up */
		if (r < 0) {
			snprintf(why, SECRET_WHY,
				 "cannot read the password: %s",
				 strerror(errno));
			return ERR_SYS;
		}
		if (dst[n] == '\n')
			break;
		n++;
	}
	return secret_take(dst, n, cap, why);
}

/* ---- terminals ----------------------------------------------------------- */

/* A signal's handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void on_fatal_signal(int sig)
{
	caught = sig;
}

static const int fatal[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* A terminal becomes readable with a whole line.  Signals are let in only
 * here. */
static int read_typed(int tty, const sigset_t *open, char *dst, size_t cap,
		      char *why)
{
	struct pollfd p = { .fd = tty, .events = POLLIN };

	why[0] = 0;
	if (ppoll(&p, 1, NULL, open) < 0)
		return ERR_CLOSED;
	return secret_read(tty, dst, cap, why);
}

/* Switches echo on again, whatever ends the question. */
static int ask_hidden(const struct secret_prompt *p,
		      const struct termios *shown, char *dst, size_t cap,
		      char *why)
{
	struct sigaction catch = { .sa_handler = on_fatal_signal };
	struct sigaction before[ARRAY_LEN(fatal)];
	struct termios hidden = *shown;
	sigset_t blocked, open;
	int r;

	if (!p->echo)
		hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
	caught = 0;
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaddset(&blocked, fatal[i]);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaction(fatal[i], &catch, &before[i]);
	/* What was typed before the question is thrown away. */
	tcsetattr(p->in, TCSAFLUSH, &hidden);
	dprintf(p->out, "%s", p->text);
	r = read_typed(p->in, &open, dst, cap, why);
	tcsetattr(p->in, TCSAFLUSH, shown);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaction(fatal[i], &before[i], NULL);
	sigprocmask(SIG_SETMASK, &open, NULL);
	if (caught)
		raise(caught);
	if (r == ERR_INVAL && p->may_be_empty && !dst[0]) {
		why[0] = 0;
		return 0;
	}
	return r;
}

int secret_ask(const struct secret_prompt *p, char *dst, size_t cap,
	       char why[SECRET_WHY])
{
	struct termios shown;

	if (!tcgetattr(p->in, &shown))
		return ask_hidden(p, &shown, dst, cap, why);
	snprintf(why, SECRET_WHY,
		 "there is no terminal to ask for the password on: use "
		 "--password-stdin");
	return ERR_NOTFOUND;
}
