/* SPDX-License-Identifier: BSD-2-Clause */
/* line_deeds.c - reads the lines of transcripts about what the plugin must do:
 * expect, arm, audit, count, reset and others. */
#include "kit/reader.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int line_expect(struct reader *r, char *rest, unsigned arg)
{
	(void)arg;
	return read_expect(r, rest);
}

static int add_effect(struct reader *r, unsigned kind, const char *text,
		      int64_t amount)
{
	struct effect *e = deeds_add(&last_step(r)->want, kind, r->line, text);

	if (!e)
		return complain(r, "out of memory");
	e->amount = amount;
	return 0;
}

int line_ask_effect(struct reader *r, char *rest, unsigned kind)
{
	char text[24];
	size_t ask = 0;

	if (find_ask(r, next_word(&rest), &ask))
		return ERR_CONF;
	snprintf(text, sizeof(text), "%zu", ask + 1);
	return add_effect(r, kind, text, 0);
}

int line_text_effect(struct reader *r, char *rest, unsigned kind)
{
	struct buf bytes = { 0 };
	int bad;

	if (kind != EFFECT_LOG && !strstr(rest, "=\""))
		return complain(r, "write %s key=\"value\"", effect_word(kind));
	bad = kind == EFFECT_LOG ? read_text(r, &bytes, rest) : 0;
	if (!bad && kind == EFFECT_LOG && buf_append(&bytes, "", 1))
		bad = complain(r, "out of memory");
	if (!bad)
		bad = add_effect(
			r, kind,
			kind == EFFECT_LOG ? (char *)buf_ptr(&bytes) : rest, 0);
	buf_fini(&bytes);
	return bad;
}

int line_count(struct reader *r, char *rest, unsigned kind)
{
	char *name = next_word(&rest), *number = next_word(&rest);
	bool minus = number && *number == '-';
	uint64_t n = 0;

	if (!number)
		return complain(r, "write count NAME N");
	if (read_number(r, number + minus, &n))
		return ERR_CONF;
	return add_effect(r, kind, name, minus ? -(int64_t)n : (int64_t)n);
}

int line_status(struct reader *r, char *rest, unsigned status)
{
	struct deeds *d = &last_step(r)->want;
	char where[CONF_LINE_TEXT];

	if (d->status != INSPECT_RUN)
		return complain(r,
				"%s says already what becomes of the channel",
				conf_line(r->e, d->status_line, where));
	d->status = status;
	d->status_line = r->line;
	if (!*rest)
		return 0;
	if (status != INSPECT_RESET)
		return complain(r, "only reset has a reason");
	d->reason = strdup(rest);
	return d->reason ? 0 : complain(r, "out of memory");
}
