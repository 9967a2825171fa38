/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.c - builds a transcript, and reads one from a file. */
#include "kit/transcript.h"

#include "base/err.h"
#include "base/opt.h"
#include "kit/reader.h"
#include "plugin/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- words --------------------------------------------------------------- */

char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t n = strcspn(word, " \t");

	*rest = word + n;
	if (**rest)
		*(*rest)++ = 0;
	return n ? word : NULL;
}

int read_addr(struct reader *r, const char *word, struct adit_addr *to)
{
	char host[sizeof(to->host)];
	uint16_t port;

	if (addr_split(word, host, sizeof(host), &port) ||
	    adit_addr_parse(to, host, port))
		return complain(r, "%s: write HOST:PORT, or [IPV6]:PORT", word);
	return 0;
}

int read_number(struct reader *r, const char *word, uint64_t *to)
{
	if (opt_parse_uint(word, to))
		return complain(r, "%s: write a number", word);
	return 0;
}

/* ---- steps --------------------------------------------------------------- */

struct step *last_step(struct reader *r)
{
	return &r->t->step[r->t->nsteps - 1];
}

struct step *transcript_step(struct transcript *t, enum step_kind kind)
{
	struct step *grown = realloc(t->step, (t->nsteps + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	t->step = grown;
	grown[t->nsteps] = (struct step){ .kind = kind };
	return &grown[t->nsteps++];
}

struct step *add_step(struct reader *r, enum step_kind kind)
{
	struct step *s = transcript_step(r->t, kind);

	if (s)
		s->line = r->line;
	else
		complain(r, "out of memory");
	return s;
}

struct expect_line *transcript_ask(struct transcript *t)
{
	struct expect_line *grown = realloc(t->ask,
					    (t->nasks + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	t->ask = grown;
	grown[t->nasks] = (struct expect_line){
		.step = t->nsteps - 1,
		.uses = 1,
		.lifetime_ms = EXPECT_LIFETIME_MS,
	};
	return &grown[t->nasks++];
}

int transcript_conf(struct transcript *t, const char *key, const char *value,
		    unsigned line)
{
	struct gw_pairs *c = &t->conf;
	struct gw_pair *grown = realloc(c->item, (c->n + 1) * sizeof(*grown));

	if (!grown)
		return ERR_NOMEM;
	c->item = grown;
	grown[c->n] = (struct gw_pair){ strdup(key), strdup(value), line };
	c->n++;
	return grown[c->n - 1].key && grown[c->n - 1].value ? 0 : ERR_NOMEM;
}

/* ---- the whole ----------------------------------------------------------- */

static void preset(struct adit_addr *to, const char *host, unsigned port)
{
	/* All hosts are literals, so it cannot fail. */
	(void)!adit_addr_parse(to, host, port);
}

struct transcript *transcript_new(const char *file)
{
	struct transcript *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->file = file;
	preset(&t->info.server, "10.0.0.5", 7000);
	preset(&t->info.local, "10.0.0.1", 40000);
	preset(&t->info.app, "127.0.0.1", 50001);
	preset(&t->info.shown, "127.0.0.1", 7000);
	snprintf(t->user, sizeof(t->user), "alice");
	t->info.user = t->user;
	t->info.exact = true;
	return t;
}

void transcript_free(struct transcript *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nsteps; i++) {
		buf_fini(&t->step[i].text);
		deeds_fini(&t->step[i].want);
	}
	for (size_t i = 0; i < t->nasks; i++)
		free(t->ask[i].target);
	for (size_t i = 0; i < t->conf.n; i++) {
		free(t->conf.item[i].key);
		free(t->conf.item[i].value);
	}
	free(t->step);
	free(t->ask);
	free(t->conf.item);
	free(t);
}

/* Reads all lines, also behind one with an error. */
static void read_lines(struct reader *r, char *text, size_t n)
{
	char *end = text + n, *lf;

	for (; text < end; text = lf + 1) {
		lf = memchr(text, '\n', (size_t)(end - text));
		if (!lf)
			lf = end; /* the text ends with a NUL */
		r->line++;
		*lf = 0;
		if (strlen(text) < (size_t)(lf - text))
			complain(r, "the line has a NUL byte; write \\0");
		text += strspn(text, " \t");
		/* An error is in r->e. */
		if (*text && *text != '#')
			(void)!read_line(r, text);
	}
}

static void transcript_read_lines(struct reader *r, char *text, size_t n)
{
	/* For errors about step 0, which has no line of its own. */
	r->line = 1;
	if (!add_step(r, STEP_OPEN))
		return;
	r->line = 0;
	read_lines(r, text, n);
	if (last_step(r)->kind != STEP_CLOSE && !add_step(r, STEP_CLOSE))
		return;
	if (!r->begun)
		conf_error(r->e, 0,
			   "the transcript is empty: write what the client "
			   "sends, as in C HELLO\\n");
	(void)!check_asks(r);
}

struct transcript *transcript_parse(const char *text, size_t n,
				    struct conf_errors *e)
{
	struct reader r = { .t = transcript_new(e->file), .e = e };
	unsigned before = e->count;
	char *copy = malloc(n + 1);

	if (!copy || !r.t) {
		conf_error(e, 0, "out of memory");
	} else {
		if (n)
			memcpy(copy, text, n);
		copy[n] = 0;
		transcript_read_lines(&r, copy, n);
	}
	free(copy);
	if (e->count == before)
		return r.t;
	transcript_free(r.t);
	return NULL;
}

struct transcript *transcript_read(struct conf_errors *e)
{
	FILE *f = fopen(e->file, "rb");
	struct transcript *t = NULL;
	struct buf text = { 0 };
	uint8_t *to;
	size_t n = 1;

	while (f && n && buf_len(&text) <= TRANSCRIPT_MAX &&
	       (to = buf_reserve(&text, 65536))) {
		n = fread(to, 1, 65536, f);
		buf_commit(&text, n);
	}
	if (!f || ferror(f))
		conf_error(e, 0, "%s", strerror(errno));
	else if (n)
		conf_error(e, 0, "the file is too large: 64 MiB at most");
	else
		t = transcript_parse((char *)buf_ptr(&text), buf_len(&text), e);
	buf_fini(&text);
	if (f)
		fclose(f);
	return t;
}
