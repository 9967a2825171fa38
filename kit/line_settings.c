/* SPDX-License-Identifier: BSD-2-Clause */
/* line_settings.c - reads the lines at the beginning of transcripts: conf,
 * server, local, app, shown, user and tag. */
#include "kit/reader.h"

#include "base/err.h"

#include <string.h>

void trim_end(char *text)
{
	size_t n = strlen(text);

	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		text[--n] = 0;
}

int line_conf(struct reader *r, char *rest, unsigned arg)
{
	char *value = strchr(rest, '=');

	(void)arg;
	if (!value)
		return complain(r, "write conf KEY = VALUE");
	*value++ = 0;
	trim_end(rest);
	trim_end(value);
	value += strspn(value, " \t");
	return transcript_conf(r->t, rest, value, r->line) ?
		       complain(r, "out of memory") :
		       0;
}

int line_given(struct reader *r, char *rest, unsigned arg)
{
	struct transcript *t = r->t;

	(void)arg;
	if (read_text(r, &t->given, rest))
		return ERR_CONF;
	t->info.given = buf_ptr(&t->given);
	t->info.ngiven = buf_len(&t->given);
	return t->info.ngiven <= EXPECT_DATA_MAX ?
		       0 :
		       complain(r, "a plugin can give %d bytes at most",
				EXPECT_DATA_MAX);
}

static int set_one(struct reader *r, const char *what, const char *value)
{
	struct inspect_info *i = &r->t->info;
	const struct {
		const char *name;
		struct adit_addr *to;
	} addr[] = {
		{ "server", &i->server },
		{ "local", &i->local },
		{ "app", &i->app },
		{ "shown", &i->shown },
	};

	for (size_t k = 0; k < ARRAY_LEN(addr); k++)
		if (!strcmp(what, addr[k].name))
			return read_addr(r, value, addr[k].to);
	if (!strcmp(what, "tag"))
		return read_number(r, value, &i->tag);
	if (strcmp(what, "user"))
		return complain(r,
				"%s: there are server, local, app, shown, "
				"user and tag",
				what);
	if (strlen(value) >= sizeof(r->t->user))
		return complain(r, "the user's name is too long");
	snprintf(r->t->user, sizeof(r->t->user), "%s", value);
	return 0;
}

int line_setting(struct reader *r, char *line, unsigned arg)
{
	char *what, *value;
	int bad = 0;

	(void)arg;
	while (!bad && (what = next_word(&line))) {
		value = next_word(&line);
		bad = value ? set_one(r, what, value) :
			      complain(r, "%s has no value", what);
	}
	return bad;
}
