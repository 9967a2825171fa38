/* SPDX-License-Identifier: BSD-2-Clause */
/* lines.c - reads a line of a transcript, by its first word. */
#include "kit/reader.h"

#include "base/err.h"
#include "base/opt.h"

#include <string.h>

struct word {
	const char *name;
	int (*read)(struct reader *, char *rest, unsigned arg);
	unsigned arg;
	bool raw;      /* a # in the line is part of it, and no comment */
	bool setting;  /* must stand at the beginning of the transcript, */
	bool anywhere; /* may stand before and behind that */
};

/* ---- steps without bytes ------------------------------------------------- */

static int on_time(struct reader *r, char *rest, unsigned arg)
{
	struct step *s = check_over(r) ? NULL : add_step(r, STEP_TIME);

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
	s = check_over(r) ? NULL : add_step(r, STEP_ANSWER);
	if (!s)
		return ERR_CONF;
	s->ask = ask;
	return 0;
}

static int line_outcome(struct reader *r, char *rest, unsigned arg)
{
	const char *word = next_word(&rest);
	unsigned result = ADIT_OK;
	struct step *s;
	size_t ask = 0;

	(void)arg;
	while (word && result <= ADIT_FAILED &&
	       strcmp(word, result_word(result)))
		result++;
	if (!word || result > ADIT_FAILED)
		return complain(r, "write outcome ok, wait, denied or failed");
	if (find_ask(r, next_word(&rest), &ask))
		return ERR_CONF;
	s = check_over(r) ? NULL : add_step(r, STEP_OUTCOME);
	if (!s)
		return ERR_CONF;
	s->ask = ask;
	s->result = result;
	return 0;
}

static int line_used(struct reader *r, char *rest, unsigned arg)
{
	struct step *s;
	size_t ask = 0;

	(void)arg;
	if (find_ask(r, next_word(&rest), &ask))
		return ERR_CONF;
	s = check_over(r) ? NULL : add_step(r, STEP_USED);
	if (!s)
		return ERR_CONF;
	s->ask = ask;
	return 0;
}

static int close_parent(struct reader *r)
{
	const struct transcript *t = r->t;

	if (!t->parent)
		return complain(r, "the channel has no parent: write parent "
				   "FILE at the beginning");
	for (size_t i = 0; i < t->nsteps; i++)
		if (t->step[i].kind == STEP_PARENT_CLOSE)
			return complain(r, "the parent is closed already");
	if (check_over(r))
		return ERR_CONF;
	return add_step(r, STEP_PARENT_CLOSE) ? 0 : ERR_CONF;
}

static int line_close(struct reader *r, char *rest, unsigned arg)
{
	(void)arg;
	if (!strcmp(rest, "parent"))
		return close_parent(r);
	if (*rest)
		return complain(r, "only parent may follow close in its line");
	return add_step(r, STEP_CLOSE) ? 0 : ERR_CONF;
}

/* ---- all of them --------------------------------------------------------- */

static const struct word words[] = {
	{ .name = "C", .read = line_input, .arg = ADIT_TO_SERVER, .raw = true },
	{ .name = "S", .read = line_input, .arg = ADIT_TO_CLIENT, .raw = true },
	{ .name = "C!",
	  .read = line_input,
	  .arg = ADIT_TO_SERVER | LINE_URGENT,
	  .raw = true },
	{ .name = "S!",
	  .read = line_input,
	  .arg = ADIT_TO_CLIENT | LINE_URGENT,
	  .raw = true },
	{ .name = ">", .read = line_output, .arg = ADIT_TO_SERVER, .raw = true },
	{ .name = "<", .read = line_output, .arg = ADIT_TO_CLIENT, .raw = true },
	{ .name = ">!",
	  .read = line_output,
	  .arg = ADIT_TO_SERVER | LINE_URGENT,
	  .raw = true },
	{ .name = "<!",
	  .read = line_output,
	  .arg = ADIT_TO_CLIENT | LINE_URGENT,
	  .raw = true },
	{ .name = "+", .read = line_more, .raw = true },
	{ .name = "+!", .read = line_more, .arg = LINE_URGENT, .raw = true },
	{ .name = "C|", .read = line_fin, .arg = ADIT_TO_SERVER },
	{ .name = "S|", .read = line_fin, .arg = ADIT_TO_CLIENT },
	{ .name = ">|", .read = line_fin_out, .arg = ADIT_TO_SERVER },
	{ .name = "<|", .read = line_fin_out, .arg = ADIT_TO_CLIENT },
	{ .name = "time", .read = on_time },
	{ .name = "answer", .read = on_answer },
	{ .name = "outcome", .read = line_outcome },
	{ .name = "used", .read = line_used },
	{ .name = "close", .read = line_close },
	{ .name = "expect", .read = line_expect },
	{ .name = "arm", .read = line_ask_effect, .arg = EFFECT_ARM },
	{ .name = "cancel", .read = line_ask_effect, .arg = EFFECT_CANCEL },
	{ .name = "audit",
	  .read = line_text_effect,
	  .arg = EFFECT_AUDIT,
	  .raw = true },
	{ .name = "event",
	  .read = line_text_effect,
	  .arg = EFFECT_EVENT,
	  .raw = true },
	{ .name = "log",
	  .read = line_text_effect,
	  .arg = EFFECT_LOG,
	  .raw = true },
	{ .name = "count", .read = line_count, .arg = EFFECT_COUNT },
	{ .name = "detached", .read = line_status, .arg = INSPECT_DETACHED },
	{ .name = "finish", .read = line_status, .arg = INSPECT_FINISH },
	{ .name = "reset",
	  .read = line_status,
	  .arg = INSPECT_RESET,
	  .raw = true },
	{ .name = "conf", .read = line_conf, .raw = true, .setting = true },
	/* Several of these may stand in one line, so the function reads the
	 * first word, too. */
	{ .name = "server", .read = line_setting, .setting = true },
	{ .name = "local", .read = line_setting, .setting = true },
	{ .name = "app", .read = line_setting, .setting = true },
	{ .name = "shown", .read = line_setting, .setting = true },
	{ .name = "user", .read = line_setting, .setting = true },
	{ .name = "tag", .read = line_setting, .setting = true },
	{ .name = "given", .read = line_given, .raw = true, .setting = true },
	{ .name = "parent", .read = line_parent, .setting = true },
	{ .name = "include", .read = line_include, .anywhere = true },
};

static const struct word *find_word(struct reader *r, const char *name,
				    size_t n)
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

/* Removes a comment, which is a # behind a blank, and blanks at the end. */
static void strip(char *line)
{
	for (char *c = line; *c; c++)
		if (*c == '#' && (c == line || c[-1] == ' ' || c[-1] == '\t'))
			*c = 0;
	trim_end(line);
}

/* What follows the first word, which has n bytes, and one blank; or all blanks,
 * if it is not text. */
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
		return complain(r,
				"settings must stand before all other lines");
	r->begun |= !w->setting && !w->anywhere;
	if (!w->raw)
		strip(line);
	n = MIN(n, strlen(line));
	r->text_open = w->read == line_more && was_open;
	if (!w->setting && !w->anywhere && last_step(r)->kind == STEP_CLOSE &&
	    w->read != line_text_effect && w->read != line_count)
		return complain(r, "behind close only audit, event, count and "
				   "log may stand");
	if (w->read == line_setting)
		return w->read(r, line, 0);
	return w->read(r, rest_of(line, n, w->raw && n <= 2), w->arg);
}
