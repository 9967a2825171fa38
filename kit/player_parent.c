/* SPDX-License-Identifier: BSD-2-Clause */
/* player_parent.c - plays the transcript of a channel's parent first, so that
 * adit_parent has a channel to return. */
#include "kit/player_inside.h"

#include <stdlib.h>
#include <string.h>

static size_t state_size(const struct player *pl)
{
	return pl->p.plugin->def.state_size;
}

bool player_parent_open(struct player *pl, struct inspect_info *info)
{
	struct play p = { .t = pl->t->parent,
			  .plugin = pl->p.plugin,
			  .conf = pl->p.conf,
			  .report = pl->p.report };
	size_t n = state_size(pl);

	if (!p.t)
		return true;
	pl->parent = play_keep(&p);
	if (!pl->parent) {
		fprintf(p.report, "%s: this is the parent of %s\n", p.t->file,
			pl->t->file);
		return false;
	}
	pl->now = pl->parent->now;
	info->parent = pl->parent->ch;
	pl->parent_state = malloc(n + 1);
	if (pl->parent_state)
		memcpy(pl->parent_state, adit_state(info->parent), n);
	else
		player_no_memory(pl);
	return pl->parent_state;
}

bool player_parent_check(struct player *pl, const struct step *s)
{
	if (!pl->parent || !memcmp(pl->parent_state, adit_state(pl->parent->ch),
				   state_size(pl)))
		return true;
	place_write(pl->p.report, pl->t, s->line);
	fprintf(pl->p.report, "the plugin changes the state of the parent's "
			      "channel, which it may only read\n");
	return false;
}

void player_parent_close(struct player *pl)
{
	const struct plugin *plugin = pl->p.plugin;

	play_free(pl->parent);
	free(pl->parent_state);
	pl->parent = NULL;
	pl->parent_state = NULL;
	/* What its .close counts is not of this channel. */
	for (size_t i = 0; pl->total && i < plugin->ncounters; i++)
		pl->total[i] = plugin_total(plugin, i);
}
