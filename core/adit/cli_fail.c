/* SPDX-License-Identifier: BSD-2-Clause */
/* cli_fail.c - prints errors, as text for people or as JSON for programs. */
#include "adit/cli.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool as_json;

void cli_errors_as_json(bool yes)
{
	as_json = yes;
}

void cli_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	puts("");
}

/* `text` is UTF-8 without control characters. */
static void cli_say(const char *code, const char *text)
{
	json_t *o;

	if (!as_json) {
		fprintf(stderr, "%s\n", text);
		return;
	}
	o = json_pack("{s:s, s:s}", "error", text, "code", code);
	cli_print_json(o);
	json_decref(o);
}

static void say_as_adit(const char *code, const char *fmt, va_list ap)
	PRINTF(2, 0);

static void say_as_adit(const char *code, const char *fmt, va_list ap)
{
	char text[1200], safe[2400] = "adit: ";
	size_t n = as_json ? 0 : strlen(safe);

	vsnprintf(text, sizeof text, fmt, ap);
	log_escape(safe + n, sizeof safe - n, text);
	cli_say(code, safe);
}

int cli_fail(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as_adit(status == CLI_USAGE ? "usage" : "failed", fmt, ap);
	va_end(ap);
	return status;
}

int cli_fail_as(const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as_adit(code, fmt, ap);
	va_end(ap);
	return CLI_FAILED;
}

void cli_conf_errors(const struct conf_errors *e)
{
	char all[CONF_ERRORS_MAX * (CONF_ERROR_LEN + 1) + 256] = "";
	size_t n = 0;

	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s",
				      i ? "\n" : "", e->text[i]);
	if (e->count > CONF_ERRORS_MAX)
		snprintf(all + n, sizeof all - n, "\n%s: and %u more", e->file,
			 e->count - CONF_ERRORS_MAX);
	cli_say("config", all);
}
