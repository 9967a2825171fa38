/* SPDX-License-Identifier: BSD-2-Clause */
/* tally.c - what a shard counts for monitoring.
 *
 * Bytes of a channel are added when somebody asks, and when it ends, so that
 * nothing is counted where data goes by. */
#include "gateway/gchan.h"

#include <stdlib.h>
#include <string.h>

void tally_fini(struct tally *t)
{
	free(t->resource);
	*t = (struct tally){ 0 };
}

/* ---- times --------------------------------------------------------------- */

static uint64_t tally_age(const struct gchan *gc)
{
	uint64_t now = shard_now(gc->gs->shard);

	return now - MIN(chan_info(gc->relay.chan).opened_us, now);
}

void tally_connected(const struct gchan *gc)
{
	metric_times_add(&gc->gs->shard->tally.connect, tally_age(gc));
}

/* ---- resources ----------------------------------------------------------- */

/* Its place, or where it would stand. */
static size_t tally_place(const struct tally *t, const char *name)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t mid = (from + to) / 2;

		if (strcmp(t->resource[mid].name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* NULL: the channel has no resource, or there is no memory to count it. */
static struct tally_resource *tally_of(const struct gchan *gc)
{
	struct tally *t = &gc->gs->shard->tally;
	const char *name = gc->resource ? gc->resource->name : NULL;
	struct tally_resource *more;
	size_t at;

	if (!name)
		return NULL;
	at = tally_place(t, name);
	if (at < t->n && !strcmp(t->resource[at].name, name))
		return &t->resource[at];
	more = reallocarray(t->resource, t->n + 1, sizeof *more);
	if (!more)
		return NULL;
	t->resource = more;
	memmove(more + at + 1, more + at, (t->n++ - at) * sizeof *more);
	more[at] = (struct tally_resource){ 0 };
	memcpy(more[at].name, name, MIN(strlen(name), sizeof more->name - 1));
	return &more[at];
}

static void tally_add(struct gchan *gc, struct tally_resource *r, bool made)
{
	struct chan_info i = chan_info(gc->relay.chan);

	if (made && !gc->told.opened) {
		gc->told.opened = true;
		r->opened++;
	}
	r->to_server += i.received - gc->told.to_server;
	r->to_client += i.sent - gc->told.to_client;
	gc->told.to_server = i.received;
	gc->told.to_client = i.sent;
}

void tally_look(struct gchan *gc)
{
	struct tally_resource *r = tally_of(gc);

	if (r)
		tally_add(gc, r, !gc->dial);
}

void tally_closed(struct gchan *gc, bool made, unsigned reason)
{
	struct tally *t = &gc->gs->shard->tally;
	struct tally_resource *r = tally_of(gc);

	t->ended[reason < REASON_COUNT ? reason : REASON_INTERNAL]++;
	if (made)
		metric_times_add(&t->lasted, tally_age(gc));
	if (!r)
		return;
	tally_add(gc, r, made);
	r->failed += !made;
}

void tally_adopt(struct gchan *gc)
{
	struct chan_info i = chan_info(gc->relay.chan);

	gc->told = (struct tally_told){ i.received, i.sent, !gc->dial };
}

/* ---- as JSON ------------------------------------------------------------- */

static json_t *tally_resources_json(const struct tally *t)
{
	json_t *all = json_object();

	for (size_t i = 0; i < t->n; i++) {
		const struct tally_resource *r = &t->resource[i];

		json_object_set_new(
			all, r->name,
			json_pack("{s:I, s:I, s:I, s:I}", "opened",
				  (json_int_t)r->opened, "failed",
				  (json_int_t)r->failed, "to_server",
				  (json_int_t)r->to_server, "to_client",
				  (json_int_t)r->to_client));
	}
	return all;
}

static json_t *tally_ended_json(const struct tally *t)
{
	json_t *o = json_object();

	for (unsigned i = 0; i < REASON_COUNT; i++)
		json_object_set_new(o, reason_str(i),
				    json_integer((json_int_t)t->ended[i]));
	return o;
}

void tally_report(const struct tally *t, json_t *to)
{
	json_object_set_new(to, "resources", tally_resources_json(t));
	json_object_set_new(to, "ended", tally_ended_json(t));
	json_object_set_new(to, "connect", metric_times_json(&t->connect));
	json_object_set_new(to, "lasted", metric_times_json(&t->lasted));
}
