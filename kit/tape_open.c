/* SPDX-License-Identifier: BSD-2-Clause */
/* tape_open.c - the first event of a recording: the settings of the channel. */
#include "kit/tape_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

static int tape_read_conf(struct tape *t, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *pair = json_array_get(list, i);
		const char *key = json_string_value(json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));

		if (!key || !value)
			return ERR_PROTO;
		if (transcript_conf(t->t, key, value, 0))
			return ERR_NOMEM;
	}
	return 0;
}

static int make_title(struct tape *t, const json_t *e)
{
	const char *parent =
		json_is_true(json_object_get(e, "parent")) ?
			"# It belongs to another channel, which is not "
			"recorded here.\n" :
			"";
	int n = asprintf(&t->title,
			 "# A channel of %s through plugin %s %s; "
			 "passwords may be in it.\n%s",
			 tape_text_of(e, "resource"), tape_text_of(e, "plugin"),
			 tape_text_of(e, "version"), parent);

	if (n >= 0)
		return 0;
	t->title = NULL;
	return ERR_NOMEM;
}

/* Without them a plugin that was given something behaves otherwise in the
 * replay than it did. */
static int tape_read_given(struct tape *t, const json_t *e)
{
	struct inspect_info *i = &t->t->info;
	int r = tape_bytes_of(e, "given", &t->t->given);

	i->given = buf_ptr(&t->t->given);
	i->ngiven = buf_len(&t->t->given);
	return r;
}

int tape_on_open(struct tape *t, const json_t *e)
{
	struct inspect_info *i = &t->t->info;
	const char *user = tape_text_of(e, "user");
	int r;

	if (t->t->nsteps)
		return ERR_PROTO;
	t->begin = tape_number_of(e, "t");
	/* An address that is not known keeps its preset. */
	(void)!tape_addr_of(tape_text_of(e, "server"), &i->server);
	(void)!tape_addr_of(tape_text_of(e, "local"), &i->local);
	(void)!tape_addr_of(tape_text_of(e, "app"), &i->app);
	(void)!tape_addr_of(tape_text_of(e, "shown"), &i->shown);
	i->tag = tape_number_of(e, "tag");
	if (*user && !user[strcspn(user, " \t#")])
		snprintf(t->t->user, sizeof(t->t->user), "%s", user);
	if (make_title(t, e) || !transcript_step(t->t, STEP_OPEN))
		return ERR_NOMEM;
	r = tape_read_given(t, e);
	return r ? r : tape_read_conf(t, json_object_get(e, "conf"));
}
