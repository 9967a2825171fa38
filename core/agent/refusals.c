/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.c - the last connections of applications that led to nothing. */
#include "agent/refusals.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The gateway has one word for all reasons and does not tell them apart:
 * users must not learn which hosts exist. */
const char *refusal_rule(const char *rule)
{
	return strcmp(rule, "not-allowed") ?
		       NULL :
		       "you may not go there, or there is no such host; the "
		       "gateway's administrator can ask aditctl why";
}

static bool is_same(const struct refusal *a, const struct refusal *b)
{
	return a->aim.port == b->aim.port &&
	       !strcmp(a->aim.resource, b->aim.resource) &&
	       !strcmp(a->aim.host, b->aim.host) &&
	       !strcmp(a->reason, b->reason) && !strcmp(a->text, b->text);
}

/* The same refusal again is counted: a program that tries for ever must not
 * push all others out of the list. */
static void refusals_put(struct refusals *all, struct refusal *r)
{
	unsigned i;

	for (i = 0; i < all->n && !is_same(&all->kept[i], r); i++)
		;
	if (i < all->n)
		r->times += all->kept[i].times;
	else if (all->n < REFUSALS_MAX)
		all->n++;
	else
		i = REFUSALS_MAX - 1;
	memmove(&all->kept[1], &all->kept[0], i * sizeof *r);
	all->kept[0] = *r;
}

void refusals_note(struct refusals *all, const struct aim *aim,
		   const char *reason, const char *text, uint64_t now_us)
{
	struct refusal r = { .aim = *aim, .at_us = now_us, .times = 1 };

	snprintf(r.reason, sizeof r.reason, "%s", reason);
	/* A text that only repeats the word says nothing. */
	if (text && strcmp(text, reason))
		snprintf(r.text, sizeof r.text, "%s", text);
	refusals_put(all, &r);
}

/* docs/protocol.md, 2: the reason denied. */
static bool is_of_hours(const char *text)
{
	static const char begins[] = "outside of its hours: ";

	return !strncmp(text, begins, sizeof begins - 1);
}

void refusals_note_reset(struct refusals *all, const struct aim *aim,
			 unsigned reason, const char *text, uint64_t now_us)
{
	const char *rule = reason == REASON_DENIED && text ?
				   refusal_rule(text) :
				   NULL;

	if (rule)
		refusals_note(all, aim, text, rule, now_us);
	else
		refusals_note(all, aim, reason_str(reason), text, now_us);
	all->kept[0].closed = reason == REASON_DENIED && aim->resource[0] &&
			      is_of_hours(all->kept[0].text);
}

static bool is_closed(const struct refusal *r, const char *resource)
{
	return r->closed && !strcmp(r->aim.resource, resource);
}

const char *refusals_closed(const struct refusals *all, const char *resource)
{
	for (unsigned i = 0; i < all->n; i++)
		if (is_closed(&all->kept[i], resource))
			return all->kept[i].text;
	return NULL;
}

void refusals_opened(struct refusals *all, const char *resource)
{
	for (unsigned i = 0; i < all->n; i++)
		if (is_closed(&all->kept[i], resource))
			all->kept[i].closed = false;
}

static json_t *refusals_text(const char *raw)
{
	char safe[4 * TEXT_MAX + 8];

	return *raw ? json_string(log_escape(safe, sizeof safe, raw)) :
		      json_null();
}

json_t *refusal_json(const struct refusal *r, uint64_t now_us)
{
	return json_pack("{s:o, s:o, s:i, s:s, s:o, s:I, s:i}", "resource",
			 refusals_text(r->aim.resource), "host",
			 refusals_text(r->aim.host), "port", (int)r->aim.port,
			 "reason", r->reason, "text", refusals_text(r->text),
			 "time",
			 (json_int_t)(time(NULL) -
				      (time_t)((now_us - r->at_us) / 1000000)),
			 "times", (int)r->times);
}

json_t *refusals_json(const struct refusals *all, uint64_t now_us)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < all->n; i++)
		json_array_append_new(list,
				      refusal_json(&all->kept[i], now_us));
	return list;
}
