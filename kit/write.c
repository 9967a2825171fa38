/* SPDX-License-Identifier: BSD-2-Clause */
/* write.c - writes a transcript. */
#include "kit/transcript.h"

#include "kit/text.h"

#include <stdlib.h>
#include <string.h>

static void setting(FILE *to, const char *name, const struct adit_addr *a)
{
	fprintf(to, "%s ", name);
	addr_write(to, a);
	fputs(strcmp(name, "shown") ? "   " : "\n", to);
}

static void settings_write(const struct transcript *t, FILE *to)
{
	const struct inspect_info *i = &t->info;

	for (size_t k = 0; k < t->conf.n; k++)
		fprintf(to, "conf %s = %s\n", t->conf.item[k].key,
			t->conf.item[k].value);
	setting(to, "server", &i->server);
	setting(to, "local", &i->local);
	setting(to, "app", &i->app);
	setting(to, "shown", &i->shown);
	fprintf(to, "user %s   tag %llu\n", t->user,
		(unsigned long long)i->tag);
	if (!i->ngiven)
		return;
	fputs("given ", to);
	/* Byte by byte, so that blanks are escaped. */
	for (size_t k = 0; k < i->ngiven; k++)
		text_write(to, (const uint8_t *)i->given + k, 1);
	putc('\n', to);
}

static void ask_write(const struct expect_line *a, FILE *to)
{
	struct adit_expect want = {
		.flags = a->flags,
		.uses = a->uses,
		.lifetime_ms = a->lifetime_ms,
		.tag = a->has_tag ? a->tag : 0,
		.targets = a->target,
		.ntargets = a->ntargets,
		.data = buf_ptr(&a->data),
		.ndata = buf_len(&a->data),
	};
	char *text = expect_text(&want, a);

	fprintf(to, "expect %s\n", text ? text : "# out of memory");
	free(text);
}

void transcript_write(const struct transcript *t, FILE *to)
{
	settings_write(t, to);
	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->step[i].kind != STEP_OPEN)
			step_write(&t->step[i], to, "");
		for (size_t k = 0; k < t->nasks; k++)
			if (t->ask[k].step == i)
				ask_write(&t->ask[k], to);
		deeds_write(&t->step[i].want, to, "");
	}
}
