/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.c - walks through the replies of Kafka brokers, to the addresses.
 *
 * A layout is a text with one character for each field:
 *
 *   1 2 4 8 u   so many bytes; 16 for a uuid
 *   s  a string          b  records
 *   [ ]  an array        t  a tag section, in flexible versions
 *   h  host and port     v  an entry of ApiVersions
 *   E  the last field: a tag section whose tag 0 is NodeEndpoints
 *   N  the last fields: NodeEndpoints, and a tag section
 *
 * What is behind the text does not matter. */
#include "layout.h"

#include <string.h>

enum {
	RECORDS_SMALL = 4096, /* longer records are left out of a message */
	MESSAGE_LONG = 24576, /* a message ends behind so many bytes */
	END_MAX = 24576,      /* bytes of the last fields */
	ENDPOINTS_TAG = 0,
};

static const struct layout {
	uint8_t api, from, to;
	uint8_t flexible_from;
	const char *text;
} layouts[] = {
	{ PRODUCE, 10, 12, 9, "t[s[42888[4st]st]t]4E" },
	{ PRODUCE, 13, 13, 9, "t[u[42888[4st]st]t]4E" },
	{ FETCH, 16, 18, 12, "t424[u[42888[88t]4bt]t]E" },
	{ METADATA, 0, 0, 9, "[4h]" },
	{ METADATA, 1, 2, 9, "[4hs]" },
	{ METADATA, 3, 13, 9, "t4[4hst]" },
	{ FIND_COORDINATOR, 0, 0, 3, "24h" },
	{ FIND_COORDINATOR, 1, 3, 3, "t42s4h" },
	{ FIND_COORDINATOR, 4, 6, 3, "t4[s4h2st]" },
	{ API_VERSIONS, 0, 5, 3, "2[vt]" },
	{ DESCRIBE_CLUSTER, 0, 0, 0, "t42ss4[4hst]" },
	{ DESCRIBE_CLUSTER, 1, 1, 0, "t42s1s4[4hst]" },
	{ DESCRIBE_CLUSTER, 2, 2, 0, "t42s1s4[4hs1t]" },
	{ SHARE_FETCH, 1, 1, 0, "t42s4[u[42s2s44tb[882t]t]t]N" },
	{ SHARE_ACKNOWLEDGE, 1, 1, 0, "t42s[u[42s44tt]t]N" },
	{ SHARE_ACKNOWLEDGE, 2, 2, 0, "t42s4[u[42s44tt]t]N" },
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

int layout_find(int api, int version)
{
	for (int i = 0; i < LAYOUTS; i++)
		if (layouts[i].api == api && version >= layouts[i].from &&
		    version <= layouts[i].to)
			return i;
	return NO_LAYOUT;
}

int layout_newest(int api)
{
	int newest = -1;

	for (int i = 0; i < LAYOUTS; i++)
		if (layouts[i].api == api)
			newest = layouts[i].to;
	return newest;
}

int layout_api(int layout)
{
	return layouts[layout].api;
}

bool layout_flexible(int layout, int version)
{
	return version >= layouts[layout].flexible_from;
}

bool layout_starts(const struct walk *w)
{
	return !strpbrk(layouts[w->layout].text, "EN");
}

bool walk_sound(const struct walk *w)
{
	const char *text;
	unsigned depth = 0;

	if (w->layout >= LAYOUTS || w->flexible > 1)
		return false;
	text = layouts[w->layout].text;
	if (w->at > strlen(text))
		return false;
	for (unsigned i = 0; i < w->at; i++)
		depth += text[i] == '[' ? 1 : text[i] == ']' ? -1U : 0;
	if (depth != w->depth)
		return false;
	for (unsigned i = 0; i < depth; i++)
		if (!w->left[i])
			return false;
	return true;
}

void walk_start(struct walk *w, int layout, bool flexible, uint32_t len)
{
	*w = (struct walk){ .rest = len,
			    .layout = (uint8_t)layout,
			    .flexible = flexible };
}

/* ---- fields -------------------------------------------------------------- */

/* A walk through the n bytes of a message.  After an error nothing is read. */
struct walker {
	struct walk *w;
	const uint8_t *p;
	size_t n, pos;
	struct found *found;
	bool more, bad;
};

static bool stopped(const struct walker *r)
{
	return r->more || r->bad;
}

static bool take(struct walker *r, uint32_t len)
{
	if (stopped(r))
		return false;
	if (len > r->w->rest)
		r->bad = true;
	else if (len > r->n - r->pos)
		r->more = true;
	if (stopped(r))
		return false;
	r->pos += len;
	r->w->rest -= len;
	return true;
}

static uint32_t take_number(struct walker *r, unsigned bytes)
{
	uint32_t v = 0;

	if (!take(r, bytes))
		return 0;
	for (size_t i = r->pos - bytes; i < r->pos; i++)
		v = v << 8 | r->p[i];
	return v;
}

static uint32_t take_varint(struct walker *r)
{
	uint64_t v = 0;
	uint8_t byte = 0x80;

	for (unsigned i = 0; i < 35 && byte & 0x80; i += 7) {
		byte = (uint8_t)take_number(r, 1);
		v |= (uint64_t)(byte & 0x7f) << i;
	}
	if (byte & 0x80 || v > UINT32_MAX)
		r->bad = true;
	return stopped(r) ? 0 : (uint32_t)v;
}

/* The length of a string or of records, or the count of an array, in the form
 * of flexible versions, or as a number of so many bytes; 0 for null. */
static uint32_t take_count(struct walker *r, unsigned bytes)
{
	uint32_t v;

	if (r->w->flexible) {
		v = take_varint(r);
		return v ? v - 1 : 0;
	}
	v = take_number(r, bytes);
	return v >> (bytes * 8 - 1) ? 0 : v;
}

static void take_string(struct walker *r)
{
	take(r, take_count(r, 2));
}

static void take_tags(struct walker *r)
{
	uint32_t n = r->w->flexible ? take_varint(r) : 0;

	while (n-- && !stopped(r)) {
		take_varint(r);
		take(r, take_varint(r));
	}
}

static void keep_place(struct walker *r, const struct place *at)
{
	struct found *f = r->found;

	if (f && f->place)
		f->place[f->n] = *at;
	if (f)
		f->n++;
}

static void take_address(struct walker *r)
{
	struct place at = { .from = (uint32_t)r->pos };

	at.len = take_count(r, 2);
	at.host = (uint32_t)r->pos;
	take(r, at.len);
	at.port = (uint32_t)r->pos;
	if (take(r, 4))
		keep_place(r, &at);
}

static void take_version(struct walker *r)
{
	struct place at = { .from = (uint32_t)r->pos };

	if (take(r, 6))
		keep_place(r, &at);
}

static void take_endpoints(struct walker *r)
{
	uint32_t n = take_count(r, 4);

	while (n-- && !stopped(r)) {
		take(r, 4);
		take_address(r);
		take_string(r); /* rack */
		take_tags(r);
	}
}

static void take_end_tag(struct walker *r, struct found *f)
{
	size_t tag = r->pos, size, content;
	uint32_t number = take_varint(r), n;

	size = r->pos;
	n = take_varint(r);
	content = r->pos;
	if (number != ENDPOINTS_TAG) {
		take(r, n);
		return;
	}
	take_endpoints(r);
	if (!stopped(r) && r->pos - content != n)
		r->bad = true;
	f->tag = tag;
	f->size = size;
	f->nsize = content - size;
	f->content = content;
	f->ncontent = n;
}

/* The last fields of a reply, which are in one message for certain. */
static void take_end(struct walker *r, bool tagged)
{
	struct found nowhere = { 0 }, *f = r->found ? r->found : &nowhere;
	uint32_t n;

	if (r->w->rest > END_MAX) {
		r->bad = true;
		return;
	}
	if (r->w->rest > r->n - r->pos) {
		r->more = true;
		return;
	}
	f->end = r->pos;
	if (!tagged) {
		take_endpoints(r);
		take_tags(r);
		return;
	}
	for (n = take_varint(r); n && !stopped(r); n--)
		take_end_tag(r, f);
}

/* Returns how many bytes of records are left out of the message. */
static uint32_t take_records(struct walker *r)
{
	uint32_t len = take_count(r, 4);

	if (len <= RECORDS_SMALL) {
		take(r, len);
		return 0;
	}
	if (len > r->w->rest)
		r->bad = true;
	if (stopped(r))
		return 0;
	r->w->rest -= len;
	return len;
}

/* ---- the text ------------------------------------------------------------ */

/* Goes into an array, or behind it if it is empty. */
static void walk_into(struct walker *r, const char *text)
{
	uint32_t n = take_count(r, 4);
	unsigned open = 1;

	r->w->at++;
	if (n) {
		r->w->left[r->w->depth++] = n;
		return;
	}
	while (open) {
		char c = text[r->w->at++];

		open += c == '[' ? 1 : c == ']' ? -1U : 0;
	}
}

/* Goes to the array's next element, or behind the array. */
static void walk_round(struct walker *r, const char *text)
{
	unsigned open = 1;

	if (!--r->w->left[r->w->depth - 1]) {
		r->w->depth--;
		r->w->at++;
		return;
	}
	while (open) {
		char c = text[--r->w->at];

		open += c == ']' ? 1 : c == '[' ? -1U : 0;
	}
	r->w->at++;
}

static uint32_t walk_field(struct walker *r, char c)
{
	uint32_t skip = 0;

	switch (c) {
	case 'u':
		take(r, 16);
		break;
	case 's':
		take_string(r);
		break;
	case 'b':
		skip = take_records(r);
		break;
	case 't':
		take_tags(r);
		break;
	case 'h':
		take_address(r);
		break;
	case 'v':
		take_version(r);
		break;
	case 'E':
	case 'N':
		take_end(r, c == 'E');
		break;
	default:
		take(r, (uint32_t)(c - '0'));
	}
	r->w->at++;
	return skip;
}

static enum walked walk_result(const struct walker *r, enum walked good)
{
	return r->bad ? WALK_BAD : r->more ? WALK_MORE : good;
}

enum walked walk_on(struct walk *w, const struct piece *in, struct stop *out,
		    struct found *found)
{
	const char *text = layouts[w->layout].text;
	bool whole = layout_starts(w);
	struct walker r = {
		.w = w, .p = in->p, .n = in->n, .pos = in->from, .found = found
	};

	out->skip = 0;
	while (text[w->at] && !stopped(&r)) {
		if (text[w->at] == '[')
			walk_into(&r, text);
		else if (text[w->at] == ']')
			walk_round(&r, text);
		else
			out->skip = walk_field(&r, text[w->at]);
		out->len = r.pos;
		if (out->skip ||
		    (!whole && text[w->at] && r.pos >= MESSAGE_LONG))
			return walk_result(&r, WALK_CUT);
	}
	return walk_result(&r, WALK_DONE);
}
