/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.c - builds a transcript. */
#include "kit/transcript.h"

#include "base/err.h"
#include "base/opt.h"
#include "kit/reader.h"
#include "plugin/host.h"

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
	for (size_t i = 0; i < t->nasks; i++) {
		free(t->ask[i].target);
		buf_fini(&t->ask[i].data);
	}
	buf_fini(&t->given);
	for (size_t i = 0; i < t->conf.n; i++) {
		free(t->conf.item[i].key);
		free(t->conf.item[i].value);
	}
	free(t->step);
	free(t->ask);
	free(t->conf.item);
	conf_files_fini(&t->files);
	transcript_free(t->parent);
	free(t->parent_file);
	free(t);
}

unsigned transcript_line(const struct transcript *t, unsigned line,
			 const char **file)
{
	*file = t->file;
	return conf_files_line(&t->files, line, file);
}

void place_write(FILE *to, const struct transcript *t, unsigned line)
{
	const char *file;

	line = transcript_line(t, line, &file);
	fprintf(to, "%s:%u: ", file, line);
}
