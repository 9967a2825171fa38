/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_say.c - errors of a command, as text for people or as JSON for programs.
 *
 * With --json errors are held back until the command has ended.  Then they
 * become one object on standard output, so that there is exactly one.  If the
 * command has printed an object itself, or has succeeded, they are printed as
 * text on standard error. */
#include "aditctl/ctl.h"

#include "base/buf.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
	bool as_json;     /* --json is given */
	bool printed;     /* the command's own object */
	const char *code; /* of the last that was held back */
	struct buf held;  /* lines, each with its end */
} said;

void ctl_errors_as_json(bool yes)
{
	said.as_json = yes;
	said.printed = false;
}

/* `text` has no control characters. */
static void ctl_say_line(const char *code, const char *text)
{
	said.code = code;
	if (!said.as_json || buf_append(&said.held, text, strlen(text)) ||
	    buf_append(&said.held, "\n", 1))
		fprintf(stderr, "%s\n", text);
}

static void say_as_aditctl(const char *code, const char *fmt, va_list ap)
	PRINTF(2, 0);

static void say_as_aditctl(const char *code, const char *fmt, va_list ap)
{
	char text[1200], safe[2400] = "aditctl: ";
	size_t n = said.as_json ? 0 : strlen(safe);

	vsnprintf(text, sizeof text, fmt, ap);
	log_escape(safe + n, sizeof safe - n, text);
	ctl_say_line(code, safe);
}

int ctl_fail(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as_aditctl(status == CTL_USAGE ? "usage" : "failed", fmt, ap);
	va_end(ap);
	return status;
}

int ctl_fail_as(const char *code, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as_aditctl(code, fmt, ap);
	va_end(ap);
	return status;
}

void ctl_errors(const struct conf_errors *e)
{
	char more[64];

	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		ctl_say_line("config", e->text[i]);
	if (e->count <= CONF_ERRORS_MAX)
		return;
	snprintf(more, sizeof more, "and %u more", e->count - CONF_ERRORS_MAX);
	ctl_say_line("config", more);
}

void ctl_error_line(const char *line)
{
	char safe[4 * CONF_ERROR_LEN];

	ctl_say_line("config", log_escape(safe, sizeof safe, line));
}

int ctl_print_json(json_t *j)
{
	int r = json_dumpf(j, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);

	json_decref(j);
	said.printed = true;
	return r || puts("") == EOF || fflush(stdout) ?
		       ctl_fail(CTL_FAILED, "cannot write: %s",
				strerror(errno)) :
		       CTL_OK;
}

int ctl_end(int status)
{
	const char *text = (const char *)buf_ptr(&said.held);
	size_t n = buf_len(&said.held);

	if (n && (status == CTL_OK || said.printed))
		fwrite(text, 1, n, stderr);
	else if (n)
		ctl_print_json(json_pack("{s:s%, s:s}", "error", text, n - 1,
					 "code", said.code));
	buf_fini(&said.held);
	return status;
}
