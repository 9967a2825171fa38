/* SPDX-License-Identifier: BSD-2-Clause */
/* audit.c - who reached what: one line per channel, and one for each step of a
 * session. */
#include "gateway/gchan.h"

#include "base/log.h"
#include "gateway/dial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AUDIT_MAX = 2048 };

void audit_session(const struct gsession *gs, const char *what, const char *why)
{
	char at[ADDR_TEXT];

	log_audit("evt=session session=%llu user=%s gateway=%s source=%s "
		  "state=%s reason=\"%s\"", (unsigned long long)gs->id,
		  gs->user, gs->gateway_name, addr_str(&gs->source, at), what,
		  why ? why : "");
}

/* Quotes are what the line itself is made of. */
static void unquote(char *text)
{
	for (; *text; text++)
		if (*text == '"')
			*text = '\'';
}

/* As a peer has written it: the line stays one of words. */
static void as_word(char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~' || strchr("\"'=", *text))
			*text = '?';
}

/* Of a resource that is asked for by its number its first host stands for all. */
static void dest_asked(const struct gchan *gc, char to[AUDIT_DEST])
{
	const struct dial *d = gc->dial;
	char host[HOST_MAX];

	if (d->host[0])
		snprintf(host, sizeof host, "%s", d->host);
	else if (gc->resource)
		snprintf(host, sizeof host, "%s", gc->resource->host);
	else
		snprintf(host, sizeof host, "#%u", d->wire);
	as_word(host);
	snprintf(to, AUDIT_DEST, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
		 d->port);
}

void audit_dest(const struct gchan *gc, char to[AUDIT_DEST])
{
	char at[ADDR_TEXT];

	if (gc->dest.family)
		snprintf(to, AUDIT_DEST, "%s", addr_str(&gc->dest, at));
	else if (gc->dial)
		dest_asked(gc, to);
	else
		snprintf(to, AUDIT_DEST, "-");
}

void audit_channel(const struct gchan *gc, const char *dest, unsigned reason,
		   const char *text)
{
	struct chan_info i = chan_info(gc->relay.chan);
	uint64_t now = owner_now(gc->gs->owner);
	const char *plugin = gc->resource ? gc->resource->plugin_name : NULL;
	char source[ADDR_TEXT], why[TEXT_MAX + 64];
	char parent[32] = "";
	const char *closed = reason ? reason_str(reason) : "closed";

	if (text && strcmp(text, closed))
		snprintf(why, sizeof why, "%s: %s", closed, text);
	else
		snprintf(why, sizeof why, "%s", closed);
	unquote(why);
	if (gc->parent)
		snprintf(parent, sizeof parent, " parent=%u", gc->parent);
	log_audit("evt=channel session=%llu channel=%u%s user=%s resource=%s "
		  "plugin=%s source=%s destination=%s to_server=%llu "
		  "to_client=%llu duration=%.3f reason=\"%s\"%s",
		  (unsigned long long)gc->gs->id, gc->serial, parent, gc->gs->user,
		  gc->resource ? gc->resource->name : "-",
		  plugin ? plugin : "-", addr_str(&gc->source, source),
		  dest, (unsigned long long)i.received, (unsigned long long)i.sent,
		  (double)(now - MIN(i.opened_us, now)) / 1e6, why,
		  gc->audit ? gc->audit : "");
}

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
