/* SPDX-License-Identifier: BSD-2-Clause */
/* audit.c - the lines of the audit (docs/audit.md): one for each channel
 * that ends, and one for each step of a session. */
#include "gateway/gchan.h"

#include "base/log.h"
#include "gateway/dial.h"
#include "gateway/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AUDIT_MAX = 2048 };

void audit_session(const struct gsession *gs, const char *what, const char *why)
{
	char at[ADDR_TEXT];

	log_audit("evt=session session=%llu user=%s gateway=%s source=%s "
		  "state=%s reason=\"%s\"",
		  (unsigned long long)gs->id, gs->user, gs->gateway_name,
		  addr_str(&gs->source, at), what, why ? why : "");
}

/* An agent can make and cut tunnels for ever: lines that are alike are
 * counted. */
void audit_tunnel(struct gsession *gs, const char *what, const char *why)
{
	char at[ADDR_TEXT], alike[SUMS_TEXT];

	snprintf(alike, sizeof alike, "source=%s state=%s reason=\"%s\"",
		 addr_host(&gs->source, at), what, why ? why : "");
	if (audit_lets(gs, SUMS_SESSION, alike))
		audit_session(gs, what, why);
}

/* Values stand between double quotes, so there are none inside. */
static void audit_unquote(char *text)
{
	for (; *text; text++)
		if (*text == '"')
			*text = '\'';
}

/* The host comes from the agent: whatever would end a word or begin a key is a
 * question mark. */
static void audit_as_word(char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~' || strchr("\"'=", *text))
			*text = '?';
}

/* Where the agent named a resource and no host, the resource's first host is
 * told. */
static void audit_dest_asked(const struct gchan *gc, char to[AUDIT_DEST])
{
	const struct dial *d = gc->dial;
	char host[HOST_MAX];

	if (d->host[0])
		snprintf(host, sizeof host, "%s", d->host);
	else if (gc->resource)
		snprintf(host, sizeof host, "%s", gc->resource->host);
	else
		snprintf(host, sizeof host, "#%u", d->wire);
	audit_as_word(host);
	snprintf(to, AUDIT_DEST, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
		 d->port);
}

void audit_look(const struct gchan *gc, struct audit_end *end)
{
	char at[ADDR_TEXT];

	end->made = !gc->dial;
	if (gc->dest.family)
		snprintf(end->dest, AUDIT_DEST, "%s", addr_str(&gc->dest, at));
	else if (gc->dial)
		audit_dest_asked(gc, end->dest);
	else
		snprintf(end->dest, AUDIT_DEST, "-");
}

enum { WHY = TEXT_MAX + 64 };

static void audit_why(unsigned reason, const char *text, char to[WHY])
{
	const char *closed = reason ? reason_str(reason) : "closed";

	if (text && strcmp(text, closed))
		snprintf(to, WHY, "%s: %s", closed, text);
	else
		snprintf(to, WHY, "%s", closed);
	audit_unquote(to);
}

/* Channels that never reached their server may be many: those that are alike
 * are counted. */
static bool audit_is_counted(struct gchan *gc, const struct audit_end *end,
			     const char *why)
{
	const char *plugin = gc->resource ? gc->resource->plugin_name : NULL;
	char alike[SUMS_TEXT];

	if (end->made)
		return false;
	snprintf(alike, sizeof alike,
		 "resource=%s plugin=%s destination=%s "
		 "reason=\"%s\"",
		 gc->resource ? gc->resource->name : "-", plugin ? plugin : "-",
		 end->dest, why);
	return !audit_lets(gc->gs, SUMS_AUDIT, alike);
}

void audit_channel(struct gchan *gc, const struct audit_end *end,
		   unsigned reason, const char *text)
{
	struct chan_info i = chan_info(gc->relay.chan);
	uint64_t now = shard_now(gc->gs->shard);
	const char *plugin = gc->resource ? gc->resource->plugin_name : NULL;
	bool published = gc->published;
	char source[ADDR_TEXT], why[WHY], parent[32] = "", publish[96] = "";

	audit_why(reason, text, why);
	if (!end->made)
		refused_note(&(struct refused){
			gc->gs->gateway_name, gc->gs->user,
			addr_str(&gc->source, source),
			gc->resource ? gc->resource->name : NULL, end->dest,
			why });
	if (audit_is_counted(gc, end, why))
		return;
	if (gc->parent)
		snprintf(parent, sizeof parent, " parent=%u", gc->parent);
	if (published)
		snprintf(publish, sizeof publish, " publish=%s", gc->published);
	log_audit("evt=channel session=%llu channel=%u%s user=%s resource=%s "
		  "plugin=%s source=%s destination=%s to_server=%llu "
		  "to_client=%llu duration=%.3f reason=\"%s\"%s%s",
		  (unsigned long long)gc->gs->id, gc->serial, parent,
		  gc->gs->user, gc->resource ? gc->resource->name : "-",
		  plugin ? plugin : "-", addr_str(&gc->source, source),
		  end->dest,
		  (unsigned long long)(published ? i.sent : i.received),
		  (unsigned long long)(published ? i.received : i.sent),
		  (double)(now - MIN(i.opened_us, now)) / 1e6, why, publish,
		  gc->audit ? gc->audit : "");
}

/* ---- lines that are alike --------------------------------------------- */

static void audit_on_more(void *ctx, enum sums_kind kind, const char *text,
			  unsigned n, unsigned seconds)
{
	const struct gsession *gs = ctx;
	char who[WHO_TEXT];

	if (kind == SUMS_SESSION)
		log_audit("evt=sessions session=%llu user=%s %s count=%u "
			  "seconds=%u",
			  (unsigned long long)gs->id, gs->user,
			  text ? text : "source=* state=* reason=\"*\"", n,
			  seconds);
	else if (kind == SUMS_AUDIT)
		log_audit("evt=channels session=%llu user=%s %s count=%u "
			  "seconds=%u",
			  (unsigned long long)gs->id, gs->user,
			  text ? text :
				 "resource=* plugin=* destination=* "
				 "reason=\"*\"",
			  n, seconds);
	else
		log_msg(LOG_INFO, gsession_who(gs, 0, who),
			"user %s: %u further lines of this kind were left out "
			"in %u s: %s",
			gs->user, n, seconds,
			text ? text : "lines about connections, all different");
}

static const struct sums_ops sums_ops = { .more = audit_on_more };

bool audit_lets(struct gsession *gs, enum sums_kind kind, const char *text)
{
	if (!gs->sums)
		gs->sums = sums_new(&sums_ops, gs);
	return !gs->sums ||
	       sums_lets(gs->sums, kind, text, shard_now(gs->shard));
}

void audit_rest(struct gsession *gs, bool all)
{
	if (gs->sums)
		sums_tell(gs->sums, shard_now(gs->shard), all);
}

/* ---- what plugins add ------------------------------------------------- */

void audit_add(struct gchan *gc, const char *key, const char *value)
{
	size_t have = gc->audit ? strlen(gc->audit) : 0;
	size_t more = strlen(key) + strlen(value) + 5;
	char *grown;

	if (have + more > AUDIT_MAX)
		return;
	grown = realloc(gc->audit, have + more);
	if (!grown)
		return;
	snprintf(grown + have, more, " %s=\"%s\"", key, value);
	gc->audit = grown;
}
