/* SPDX-License-Identifier: BSD-2-Clause */
/* ask.c - `expect` lines of transcripts, and the lines that refer to them. */
#include "kit/reader.h"

#include "base/err.h"
#include "base/opt.h"
#include "plugin/host.h"

#include <stdlib.h>
#include <string.h>

static int add_target(struct reader *r, struct expect_line *a, const char *word)
{
	struct adit_addr *grown;

	if (a->ntargets == EXPECT_TARGETS_MAX)
		return complain(r, "more than %d targets", EXPECT_TARGETS_MAX);
	grown = realloc(a->target, (a->ntargets + 1) * sizeof(*grown));
	if (!grown)
		return complain(r, "out of memory");
	a->target = grown;
	return read_addr(r, word, &grown[a->ntargets++]);
}

static int read_value(struct reader *r, struct expect_line *a, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	uint64_t n = 0;

	if (!strncmp(word, "data=", 5)) {
		a->has_data = true;
		return *value ? read_text(r, &a->data, value) : 0;
	}
	if (!strncmp(word, "lifetime=", 9))
		return opt_parse_msec(value, &a->lifetime_ms) ?
			       complain(r, "%s: write lifetime=30s", word) :
			       0;
	if (read_number(r, value, &n))
		return ERR_CONF;
	if (!strncmp(word, "uses=", 5)) {
		if (n > UINT32_MAX)
			return complain(r, "%s: that is too much", word);
		a->uses = (uint32_t)n;
		return 0;
	}
	if (!strncmp(word, "tag=", 4)) {
		a->tag = n;
		a->has_tag = true;
		return 0;
	}
	return complain(r,
			"%s: there are uses=, lifetime=, tag= and data=", word);
}

static int read_condition(struct reader *r, struct expect_line *a,
			  const char *word)
{
	static const struct {
		const char *name;
		uint32_t flag;
	} flags[] = {
		{ "inspect", ADIT_INSPECT },
		{ "outlives", ADIT_OUTLIVES },
		{ "shared", ADIT_SHARED },
		{ "unarmed", ADIT_UNARMED },
	};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (!strcmp(word, flags[i].name)) {
			a->flags |= flags[i].flag;
			if (flags[i].flag == ADIT_SHARED)
				a->uses = 0;
			return 0;
		}
	return strchr(word, '=') ? read_value(r, a, word) :
				   add_target(r, a, word);
}

/* Reads the answer, which stands behind the "=". */
static int read_outcome(struct reader *r, struct expect_line *a, char *rest)
{
	char *word = next_word(&rest);

	if (word && !strcmp(word, "late")) {
		a->when = ASK_LATE;
		word = next_word(&rest);
	}
	if (!word)
		return complain(
			r, "write behind the = the address that the "
			   "plugin is to show, or denied, failed, never, or "
			   "late and one of these");
	if (next_word(&rest))
		return complain(r, "there is more than one answer");
	if (!strcmp(word, "never")) {
		a->when = ASK_NEVER;
		return 0;
	}
	a->result = !strcmp(word, "denied") ? ADIT_DENIED :
		    !strcmp(word, "failed") ? ADIT_FAILED :
					      ADIT_OK;
	return a->result == ADIT_OK ? read_addr(r, word, &a->show) : 0;
}

/* What the gateway would not give cannot be the plugin's request either, as the
 * player sees that. */
static int check_limits(struct reader *r, const struct expect_line *a)
{
	if (a->flags & ADIT_SHARED)
		return 0;
	if (!a->uses || a->uses > EXPECT_USES_MAX)
		return complain(r, "uses=%u: the gateway makes it %d: write %d",
				(unsigned)a->uses,
				a->uses ? EXPECT_USES_MAX : 1,
				a->uses ? EXPECT_USES_MAX : 1);
	if (a->lifetime_ms > EXPECT_LIFETIME_MAX)
		return complain(r,
				"lifetime=%us: the gateway makes it %u s: "
				"write lifetime=%us",
				(unsigned)a->lifetime_ms / 1000,
				EXPECT_LIFETIME_MAX / 1000,
				EXPECT_LIFETIME_MAX / 1000);
	return 0;
}

static int read_ask(struct reader *r, struct expect_line *a, char *rest)
{
	char *word = next_word(&rest);
	int bad = 0;

	if (word && !strcmp(word, "reverse"))
		a->flags = ADIT_REVERSE;
	else if (!word || strcmp(word, "forward"))
		return complain(r, "write expect forward HOST:PORT = ADDRESS, "
				   "or expect reverse ...");
	while (!bad && (word = next_word(&rest)) && strcmp(word, "="))
		bad = read_condition(r, a, word);
	if (bad || check_limits(r, a))
		return ERR_CONF;
	if (!a->ntargets)
		return complain(r, "it names no target: write HOST:PORT");
	if (!word)
		return complain(
			r, "it has no answer: write = ADDRESS, "
			   "= denied, = failed, = late ADDRESS or = never");
	return read_outcome(r, a, rest);
}

int read_expect(struct reader *r, char *rest)
{
	/* It belongs to the transcript before it is read, so that its targets
	 * are freed with it. */
	struct expect_line *a = transcript_ask(r->t);

	if (!a)
		return complain(r, "out of memory");
	a->line = r->line;
	return read_ask(r, a, rest);
}

int find_ask(struct reader *r, const char *word, size_t *which)
{
	uint64_t n = r->t->nasks;

	if (!n)
		return complain(r, "there is no expect line above");
	if (word && read_number(r, word, &n))
		return ERR_CONF;
	if (!n || n > r->t->nasks)
		return complain(r,
				"there are %zu expect lines above, counted "
				"from 1",
				r->t->nasks);
	*which = n - 1;
	return 0;
}

static size_t first_late(const struct transcript *t)
{
	size_t i = 0;

	while (i < t->nasks &&
	       (t->ask[i].when != ASK_LATE || t->ask[i].answered))
		i++;
	return i;
}

int read_answer(struct reader *r, const char *word, size_t *which)
{
	char where[CONF_LINE_TEXT];
	struct expect_line *a;

	*which = first_late(r->t);
	if (word && find_ask(r, word, which))
		return ERR_CONF;
	if (*which == r->t->nasks)
		return complain(r, "no expect line above waits for an answer: "
				   "write = late ADDRESS there");
	a = &r->t->ask[*which];
	if (a->when != ASK_LATE || a->answered)
		return complain(
			r, "expect in %s %s", conf_line(r->e, a->line, where),
			a->answered ?
				"has been answered already" :
				"is not late: write = late ADDRESS there");
	a->answered = true;
	return 0;
}

int check_asks(struct reader *r)
{
	size_t late = first_late(r->t);

	if (late == r->t->nasks)
		return 0;
	r->line = r->t->ask[late].line;
	return complain(r, "nothing gives this late answer: write the line "
			   "\"answer\" where it comes, or = never");
}
