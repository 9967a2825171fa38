/* SPDX-License-Identifier: BSD-2-Clause */
/* lines.c - what a line of a transcript says. */
#include "kit/reader.h"

#include "base/err.h"
#include "base/opt.h"
#include "kit/text.h"

#include <stdlib.h>
#include <string.h>

struct word {
	const char *name;
	int (*read)(struct reader *, char *rest, unsigned arg);
	unsigned arg;
	bool raw;                       /* a # in it is no comment */
	bool setting;                   /* before everything else */
};

/* ---- bytes and ends -------------------------------------------------------------- */

enum { TO_SERVER = ADIT_TO_SERVER, TO_CLIENT = ADIT_TO_CLIENT, URGENT = 2 };

static int is_over(struct reader *r)
{
	enum inspect_status was = last_step(r)->want.status;

	if (was < INSPECT_FINISH)
		return 0;
	return complain(r, "the channel has ended in line %u; only close may "
			"follow", last_step(r)->want.status_line);
}

static int add_text(struct reader *r, struct buf *to, const char *text)
{
	size_t before = buf_len(to);
	const char *why = text_read(to, text);

	if (why)
		return complain(r, "%s", why);
	return buf_len(to) > before ? 0
		: complain(r, "there is no text behind the word");
}

static int on_input(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = is_over(r) ? NULL : add_step(r, STEP_INPUT);

	if (!s)
		return ERR_CONF;
	s->dir = arg & 1;
	s->urgent = arg & URGENT;
	r->text_open = !s->urgent;
	r->open = NULL;
	return add_text(r, &s->text, rest);
}

static int put_output(struct reader *r, struct output *o, const char *text,
		      bool urgent)
{
	struct span from = { .line = r->line, .urgent = urgent };
	struct buf bytes = { 0 };
	int bad = add_text(r, &bytes, text);

	if (!bad && output_add(o, buf_ptr(&bytes), buf_len(&bytes), &from))
		bad = complain(r, "no memory");
	buf_fini(&bytes);
	r->text_open = !urgent;
	r->open = o;
	return bad;
}

static int on_output(struct reader *r, char *rest, unsigned arg)
{
	struct output *o = &last_step(r)->want.out[arg & 1];

	if (o->fin)
		return complain(r, "behind an end no bytes can follow");
	return put_output(r, o, rest, arg & URGENT);
}

static int on_more(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = last_step(r);

	if (!r->text_open)
		return complain(r, "a + line goes on with a C, S, > or < line "
				"directly above that is not urgent");
	if (r->open)
		return put_output(r, r->open, rest, arg & URGENT);
	s->urgent = arg & URGENT;
	r->text_open = !s->urgent;
	return add_text(r, &s->text, rest);
}

static bool has_ended(const struct transcript *t, enum adit_dir d)
{
	for (size_t i = 0; i < t->nsteps; i++)
		if (t->step[i].kind == STEP_FIN && t->step[i].dir == d)
			return true;
	return false;
}

static int on_fin(struct reader *r, char *rest, unsigned arg)
{
	struct step *s;

	if (*rest)
		return complain(r, "an end has no text");
	if (has_ended(r->t, arg))
		return complain(r, "that side has ended above");
	s = is_over(r) ? NULL : add_step(r, STEP_FIN);
	if (!s)
		return ERR_CONF;
	s->dir = arg;
	return 0;
}

static int on_fin_out(struct reader *r, char *rest, unsigned arg)
{
	struct output *o = &last_step(r)->want.out[arg];

	if (*rest || o->fin)
		return complain(r, "an end has no text, and comes once");
	o->fin = true;
	o->fin_line = r->line;
	return 0;
}

/* ---- other steps ------------------------------------------------------------------ */

static int on_time(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = is_over(r) ? NULL : add_step(r, STEP_TIME);

	(void)arg;
	if (!s)
		return ERR_CONF;
	if (opt_parse_msec(rest, &s->ms))
		return complain(r, "write time 500ms, 10s or 5m");
	return 0;
}

static int on_answer(struct reader *r, char *rest, unsigned arg)
{
	struct step *s;
	size_t ask = 0;

	(void)arg;
	if (read_answer(r, next_word(&rest), &ask))
		return ERR_CONF;
	s = is_over(r) ? NULL : add_step(r, STEP_ANSWER);
	if (!s)
		return ERR_CONF;
	s->ask = ask;
	return 0;
}

static int on_close(struct reader *r, char *rest, unsigned arg)
{
	(void)arg;
	if (*rest)
		return complain(r, "close stands alone");
	return add_step(r, STEP_CLOSE) ? 0 : ERR_CONF;
}

/* ---- what must have happened --------------------------------------------------------- */

static int on_expect(struct reader *r, char *rest, unsigned arg)
{
	(void)arg;
	return read_expect(r, rest);
}

static int add_effect(struct reader *r, unsigned kind, const char *text,
		      int64_t amount)
{
	struct effect *e = deeds_add(&last_step(r)->want, kind, r->line, text);

	if (!e)
		return complain(r, "no memory");
	e->amount = amount;
	return 0;
}

static int on_ask_effect(struct reader *r, char *rest, unsigned kind)
{
	char text[24];
	size_t ask = 0;

	if (find_ask(r, next_word(&rest), &ask))
		return ERR_CONF;
	snprintf(text, sizeof(text), "%zu", ask + 1);
	return add_effect(r, kind, text, 0);
}

static int on_text_effect(struct reader *r, char *rest, unsigned kind)
{
	struct buf bytes = { 0 };
	int bad;

	if (kind != EFFECT_LOG && !strstr(rest, "=\""))
		return complain(r, "write %s key=\"value\"", effect_word(kind));
	bad = kind == EFFECT_LOG ? add_text(r, &bytes, rest) : 0;
	if (!bad && kind == EFFECT_LOG && buf_append(&bytes, "", 1))
		bad = complain(r, "no memory");
	if (!bad)
		bad = add_effect(r, kind, kind == EFFECT_LOG
				 ? (char *)buf_ptr(&bytes) : rest, 0);
	buf_fini(&bytes);
	return bad;
}

static int on_count(struct reader *r, char *rest, unsigned kind)
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

static int on_status(struct reader *r, char *rest, unsigned status)
{
	struct deeds *d = &last_step(r)->want;

	if (d->status != INSPECT_RUN)
		return complain(r, "line %u says already what becomes of the "
				"channel", d->status_line);
	d->status = status;
	d->status_line = r->line;
	if (!*rest)
		return 0;
	if (status != INSPECT_RESET)
		return complain(r, "only reset has a reason");
	d->reason = strdup(rest);
	return d->reason ? 0 : complain(r, "no memory");
}

/* ---- settings -------------------------------------------------------------------------- */

static void trim(char *text)
{
	size_t n = strlen(text);

	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		text[--n] = 0;
}

static int on_conf(struct reader *r, char *rest, unsigned arg)
{
	char *value = strchr(rest, '=');

	(void)arg;
	if (!value)
		return complain(r, "write conf KEY = VALUE");
	*value++ = 0;
	trim(rest);
	trim(value);
	value += strspn(value, " \t");
	return transcript_conf(r->t, rest, value, r->line)
		? complain(r, "no memory") : 0;
}

static int set_one(struct reader *r, const char *what, const char *value)
{
	struct inspect_info *i = &r->t->info;
	const struct {
		const char *name;
		struct adit_addr *to;
	} addr[] = {
		{ "server", &i->server }, { "local", &i->local },
		{ "app", &i->app }, { "shown", &i->shown },
	};

	for (size_t k = 0; k < ARRAY_LEN(addr); k++)
		if (!strcmp(what, addr[k].name))
			return read_addr(r, value, addr[k].to);
	if (!strcmp(what, "tag"))
		return read_number(r, value, &i->tag);
	if (strcmp(what, "user"))
		return complain(r, "%s: there are server, local, app, shown, "
				"user and tag", what);
	if (strlen(value) >= sizeof(r->t->user))
		return complain(r, "the user's name is too long");
	snprintf(r->t->user, sizeof(r->t->user), "%s", value);
	return 0;
}

static int on_setting(struct reader *r, char *line, unsigned arg)
{
	char *what, *value;
	int bad = 0;

	(void)arg;
	while (!bad && (what = next_word(&line))) {
		value = next_word(&line);
		bad = value ? set_one(r, what, value)
			: complain(r, "%s has no value", what);
	}
	return bad;
}

/* ---- all of them ------------------------------------------------------------------------ */

static const struct word words[] = {
	{ .name = "C", .read = on_input, .arg = TO_SERVER, .raw = true },
	{ .name = "S", .read = on_input, .arg = TO_CLIENT, .raw = true },
	{ .name = "C!", .read = on_input, .arg = TO_SERVER | URGENT, .raw = true },
	{ .name = "S!", .read = on_input, .arg = TO_CLIENT | URGENT, .raw = true },
	{ .name = ">", .read = on_output, .arg = TO_SERVER, .raw = true },
	{ .name = "<", .read = on_output, .arg = TO_CLIENT, .raw = true },
	{ .name = ">!", .read = on_output, .arg = TO_SERVER | URGENT, .raw = true },
	{ .name = "<!", .read = on_output, .arg = TO_CLIENT | URGENT, .raw = true },
	{ .name = "+", .read = on_more, .raw = true },
	{ .name = "+!", .read = on_more, .arg = URGENT, .raw = true },
	{ .name = "C|", .read = on_fin, .arg = TO_SERVER },
	{ .name = "S|", .read = on_fin, .arg = TO_CLIENT },
	{ .name = ">|", .read = on_fin_out, .arg = TO_SERVER },
	{ .name = "<|", .read = on_fin_out, .arg = TO_CLIENT },
	{ .name = "time", .read = on_time },
	{ .name = "answer", .read = on_answer },
	{ .name = "close", .read = on_close },
	{ .name = "expect", .read = on_expect },
	{ .name = "arm", .read = on_ask_effect, .arg = EFFECT_ARM },
	{ .name = "cancel", .read = on_ask_effect, .arg = EFFECT_CANCEL },
	{ .name = "audit", .read = on_text_effect, .arg = EFFECT_AUDIT, .raw = true },
	{ .name = "event", .read = on_text_effect, .arg = EFFECT_EVENT, .raw = true },
	{ .name = "log", .read = on_text_effect, .arg = EFFECT_LOG, .raw = true },
	{ .name = "count", .read = on_count, .arg = EFFECT_COUNT },
	{ .name = "detached", .read = on_status, .arg = INSPECT_DETACHED },
	{ .name = "finish", .read = on_status, .arg = INSPECT_FINISH },
	{ .name = "reset", .read = on_status, .arg = INSPECT_RESET, .raw = true },
	{ .name = "conf", .read = on_conf, .raw = true, .setting = true },
	/* These read their own word again: several may stand in one line. */
	{ .name = "server", .read = on_setting, .setting = true },
	{ .name = "local", .read = on_setting, .setting = true },
	{ .name = "app", .read = on_setting, .setting = true },
	{ .name = "shown", .read = on_setting, .setting = true },
	{ .name = "user", .read = on_setting, .setting = true },
	{ .name = "tag", .read = on_setting, .setting = true },
};

static const struct word *find_word(struct reader *r, const char *name, size_t n)
{
	char text[64], hint[96];
	struct conf_guess g = { .word = text };

	snprintf(text, sizeof(text), "%.*s", (int)MIN(n, 40), name);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!strcmp(words[i].name, text))
			return &words[i];
		if (strlen(words[i].name) > 2)
			conf_guess_offer(&g, words[i].name);
	}
	complain(r, "no line of a transcript starts with \"%s\"%s", text,
		 conf_guess_text(&g, hint, sizeof(hint)));
	return NULL;
}

/* A # behind a blank, and blanks at the end. */
static void strip(char *line)
{
	for (char *c = line; *c; c++)
		if (*c == '#' && (c == line || c[-1] == ' ' || c[-1] == '\t'))
			*c = 0;
	trim(line);
}

/* Behind the word and one blank, or all blanks where they mean nothing. */
static char *rest_of(char *line, size_t n, bool is_text)
{
	char *rest = line + n;

	if (*rest)
		rest++;
	while (!is_text && (*rest == ' ' || *rest == '\t'))
		rest++;
	return rest;
}

int read_line(struct reader *r, char *line)
{
	size_t n = strcspn(line, " \t");
	const struct word *w = find_word(r, line, n);
	bool was_open = r->text_open;

	if (!w)
		return ERR_CONF;
	if (w->setting && r->begun)
		return complain(r, "settings stand before everything else");
	r->begun |= !w->setting;
	if (!w->raw)
		strip(line);
	n = MIN(n, strlen(line));
	r->text_open = w->read == on_more && was_open;
	if (!w->setting && last_step(r)->kind == STEP_CLOSE
	    && w->read != on_text_effect && w->read != on_count)
		return complain(r, "behind close only audit, event, count and "
				"log may stand");
	if (w->read == on_setting)
		return w->read(r, line, 0);
	return w->read(r, rest_of(line, n, w->raw && n <= 2), w->arg);
}
