/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_bundle.c - the configuration for the worker, to bytes and back. */
#include "process/conf_bundle.h"

#include "base/err.h"
#include "base/wire.h"
#include "process/msg.h"

#include <stdlib.h>

enum { BUNDLE_LISTENERS_MAX = MSG_FDS - 1 };

int conf_bundle_init(struct conf_bundle *b, size_t ncertificates,
		     size_t nlisten)
{
	*b = (struct conf_bundle){ .ncertificates = ncertificates,
				   .nlisten = nlisten };
	b->certificate = calloc(ncertificates + 1, sizeof *b->certificate);
	b->listen = calloc(nlisten + 1, sizeof *b->listen);
	return b->certificate && b->listen ? 0 : ERR_NOMEM;
}

void conf_bundle_fini(struct conf_bundle *b)
{
	free(b->certificate);
	free(b->listen);
	b->certificate = NULL;
	b->listen = NULL;
}

/* ---- to bytes ------------------------------------------------------------ */

static size_t bundle_size(const struct conf_bundle *b)
{
	size_t n = 2 + strlen(b->file) + 4 + b->text.n + 4 + b->zones.n + 4 +
		   4 + 16;

	for (size_t i = 0; i < b->ncertificates; i++)
		n += 4 + b->certificate[i].n;
	return n + b->nlisten * (1 + ADDR_TEXT);
}

static void bundle_put_bytes(struct wr *w, const struct conf_bundle_bytes *b)
{
	w->bad |= b->n > UINT32_MAX;
	wr_u32(w, (uint32_t)b->n);
	wr_bytes(w, b->p, b->n);
}

int conf_bundle_pack(struct buf *out, const struct conf_bundle *b)
{
	size_t room = bundle_size(b);
	uint8_t *p = buf_reserve(out, room);
	struct wr w = wr_of(p, room);
	char at[ADDR_TEXT];

	if (!p)
		return ERR_NOMEM;
	wr_str16(&w, b->file);
	bundle_put_bytes(&w, &b->text);
	bundle_put_bytes(&w, &b->zones);
	wr_u32(&w, (uint32_t)b->ncertificates);
	for (size_t i = 0; i < b->ncertificates; i++)
		bundle_put_bytes(&w, &b->certificate[i]);
	wr_u32(&w, (uint32_t)b->nlisten);
	for (size_t i = 0; i < b->nlisten; i++)
		wr_str8(&w, addr_str(&b->listen[i], at));
	wr_u64(&w, b->address_key.k[0]);
	wr_u64(&w, b->address_key.k[1]);
	if (w.bad || b->nlisten > BUNDLE_LISTENERS_MAX)
		return ERR_LIMIT;
	buf_commit(out, (size_t)(w.p - p));
	return 0;
}

/* ---- and back ------------------------------------------------------------ */

static struct conf_bundle_bytes bundle_take_bytes(struct rd *r)
{
	size_t n = rd_u32(r);

	return (struct conf_bundle_bytes){ (const char *)rd_bytes(r, n), n };
}

/* Reads how many items follow.  Each takes at least `least` bytes: a number
 * that cannot be true must not make the reader allocate gigabytes. */
static size_t bundle_take_count(struct rd *r, size_t least)
{
	size_t n = rd_u32(r);

	if (n > rd_left(r) / least)
		r->bad = true;
	return r->bad ? 0 : n;
}

static int bundle_take_certificates(struct conf_bundle *b, struct rd *r)
{
	size_t n = bundle_take_count(r, 4);

	b->certificate = calloc(n + 1, sizeof *b->certificate);
	if (!b->certificate)
		return ERR_NOMEM;
	while (b->ncertificates < n)
		b->certificate[b->ncertificates++] = bundle_take_bytes(r);
	return 0;
}

static int bundle_take_listeners(struct conf_bundle *b, struct rd *r)
{
	size_t n = bundle_take_count(r, 1);
	char at[ADDR_TEXT + 1];

	if (n > BUNDLE_LISTENERS_MAX)
		return ERR_PROTO;
	b->listen = calloc(n + 1, sizeof *b->listen);
	if (!b->listen)
		return ERR_NOMEM;
	while (b->nlisten < n && !r->bad) {
		rd_str8(r, at, sizeof at);
		r->bad |= addr_parse_port(&b->listen[b->nlisten++], at) != 0;
	}
	return 0;
}

int conf_bundle_unpack(struct conf_bundle *b, const void *p, size_t n)
{
	struct rd r = rd_of(p, n);
	int ret;

	*b = (struct conf_bundle){ 0 };
	rd_str16(&r, b->file, sizeof b->file);
	b->text = bundle_take_bytes(&r);
	b->zones = bundle_take_bytes(&r);
	ret = bundle_take_certificates(b, &r);
	if (!ret)
		ret = bundle_take_listeners(b, &r);
	b->address_key.k[0] = rd_u64(&r);
	b->address_key.k[1] = rd_u64(&r);
	if (!ret && !rd_is_done(&r))
		ret = ERR_PROTO;
	return ret;
}
