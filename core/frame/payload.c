/* SPDX-License-Identifier: BSD-2-Clause */
/* payload.c - packs and unpacks the payloads of frames of channels,
 * expectations and resources. */
#include "frame/payload.h"

#include "base/err.h"
#include "frame/pack.h"

#include <stdio.h>

static const char *const reason[REASON_COUNT] = {
	[REASON_NONE] = "closed",
	[REASON_PEER_RESET] = "reset by peer",
	[REASON_REFUSED] = "connection refused",
	[REASON_UNREACHABLE] = "unreachable",
	[REASON_TIMEOUT] = "timed out",
	[REASON_NO_NAME] = "name not found",
	[REASON_DENIED] = "denied",
	[REASON_LIMIT] = "limit reached",
	[REASON_PROTOCOL] = "protocol violation",
	[REASON_LISTEN] = "no listener for the expectation",
	[REASON_IDLE] = "idle",
	[REASON_ADMIN] = "ended by the administrator",
	[REASON_STOPPED] = "forwarding stopped",
	[REASON_LOST] = "session lost",
	[REASON_INTERNAL] = "internal failure",
	[REASON_GRANTED] = "would be granted",
	[REASON_NO_ROUTE] = "no route",
	[REASON_CODE] = "one-time code needed",
};

const char *reason_str(unsigned r)
{
	return r < REASON_COUNT ? reason[r] : "unknown reason";
}

/* The first byte of an address or a destination. */
enum { HOST_NONE = 0, HOST_NAME = 3, HOST_V4 = 4, HOST_V6 = 6 };

static void payload_put_addr(struct wr *w, const struct addr *a)
{
	if (a->family == AF_INET) {
		wr_u8(w, HOST_V4);
		wr_bytes(w, a->ip, 4);
	} else if (a->family == AF_INET6) {
		wr_u8(w, HOST_V6);
		wr_bytes(w, a->ip, 16);
	} else {
		wr_u8(w, HOST_NONE);
	}
	wr_u16(w, a->port);
}

static void payload_get_addr(struct rd *r, struct addr *a)
{
	const uint8_t *ip = NULL;
	unsigned kind = rd_u8(r), len = kind == HOST_V4 ? 4 : 16;

	*a = (struct addr){ 0 };
	if (kind == HOST_V4 || kind == HOST_V6) {
		a->family = kind == HOST_V4 ? AF_INET : AF_INET6;
		ip = rd_bytes(r, len);
		if (ip)
			memcpy(a->ip, ip, len);
	} else if (kind != HOST_NONE) {
		r->bad = true;
	}
	a->port = rd_u16(r);
}

static void payload_put_dest(struct wr *w, const struct dest *d)
{
	struct addr a;

	if (d->host[0] && addr_parse(&a, d->host, d->port)) {
		wr_u8(w, HOST_NAME);
		wr_str8(w, d->host);
		wr_u16(w, d->port);
		return;
	}
	if (!d->host[0])
		a = (struct addr){ .port = d->port };
	payload_put_addr(w, &a);
}

static void payload_get_dest(struct rd *r, struct dest *d)
{
	char text[ADDR_TEXT];
	struct addr a;

	d->host[0] = 0;
	d->port = 0;
	if (rd_left(r) && r->p[0] == HOST_NAME) {
		rd_u8(r);
		rd_str8(r, d->host, sizeof d->host);
		d->port = rd_u16(r);
		if (!d->host[0])
			r->bad = true;
		return;
	}
	payload_get_addr(r, &a);
	d->port = a.port;
	if (a.family != AF_UNSPEC)
		snprintf(d->host, sizeof d->host, "%s", addr_host(&a, text));
}

size_t pack_open(uint8_t *p, size_t cap, const struct open *o)
{
	struct wr w = wr_of(p, cap);
	unsigned i;

	wr_u32(&w, o->resource);
	wr_u32(&w, o->expectation);
	wr_u32(&w, o->credit);
	payload_put_addr(&w, &o->source);
	payload_put_addr(&w, &o->shown);
	payload_put_dest(&w, &o->dest);
	wr_u8(&w, o->nspare);
	for (i = 0; i < o->nspare; i++)
		wr_u16(&w, o->spare[i]);
	return wr_len(&w, p);
}

int unpack_open(struct open *o, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned i;

	*o = (struct open){ 0 };
	o->resource = rd_u32(&r);
	o->expectation = rd_u32(&r);
	o->credit = rd_u32(&r);
	payload_get_addr(&r, &o->source);
	payload_get_addr(&r, &o->shown);
	payload_get_dest(&r, &o->dest);
	o->nspare = rd_u8(&r);
	if (o->nspare > SPARE_MAX)
		return ERR_PROTO;
	for (i = 0; i < o->nspare; i++)
		o->spare[i] = rd_u16(&r);
	return rd_result(&r);
}

size_t pack_opened(uint8_t *p, size_t cap, const struct opened *o)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, o->credit);
	payload_put_addr(&w, &o->local);
	return wr_len(&w, p);
}

int unpack_opened(struct opened *o, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	o->credit = rd_u32(&r);
	payload_get_addr(&r, &o->local);
	return rd_result(&r);
}

size_t pack_reset(uint8_t *p, size_t cap, const struct reset *v)
{
	struct wr w = wr_of(p, cap);

	wr_u16(&w, v->reason);
	wr_str8(&w, v->text);
	return wr_len(&w, p);
}

int unpack_reset(struct reset *v, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	v->reason = rd_u16(&r);
	rd_str8(&r, v->text, sizeof v->text);
	return rd_result(&r);
}

size_t pack_u64(uint8_t *p, size_t cap, uint64_t v)
{
	struct wr w = wr_of(p, cap);

	wr_u64(&w, v);
	return wr_len(&w, p);
}

int unpack_u64(uint64_t *v, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	*v = rd_u64(&r);
	return rd_result(&r);
}

size_t pack_u32(uint8_t *p, size_t cap, uint32_t v)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, v);
	return wr_len(&w, p);
}

int unpack_u32(uint32_t *v, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	*v = rd_u32(&r);
	return rd_result(&r);
}

size_t pack_expect(uint8_t *p, size_t cap, const struct expect *e)
{
	struct wr w = wr_of(p, cap);
	unsigned i;

	wr_u32(&w, e->id);
	wr_u8(&w, e->kind);
	wr_u8(&w, e->spares);
	wr_u8(&w, e->uses);
	wr_u16(&w, e->port);
	wr_u8(&w, e->ntargets);
	for (i = 0; i < e->ntargets; i++)
		payload_put_dest(&w, &e->targets[i]);
	return wr_len(&w, p);
}

int unpack_expect(struct expect *e, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned i;

	*e = (struct expect){ 0 };
	e->id = rd_u32(&r);
	e->kind = rd_u8(&r);
	e->spares = rd_u8(&r);
	e->uses = rd_u8(&r);
	e->port = rd_u16(&r);
	e->ntargets = rd_u8(&r);
	if (!e->id || e->kind < EXPECT_SPARE || e->kind > EXPECT_OWN ||
	    !e->uses != (e->kind == EXPECT_SHARED) || e->spares > SPARE_MAX ||
	    e->ntargets > TARGET_MAX)
		return ERR_PROTO;
	for (i = 0; i < e->ntargets; i++)
		payload_get_dest(&r, &e->targets[i]);
	return rd_result(&r);
}

size_t pack_expected(uint8_t *p, size_t cap, const struct expected *e)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, e->id);
	wr_u8(&w, e->failed);
	wr_u16(&w, e->port);
	wr_u16(&w, e->spare);
	wr_str8(&w, e->text);
	return wr_len(&w, p);
}

int unpack_expected(struct expected *e, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	e->id = rd_u32(&r);
	e->failed = rd_u8(&r);
	e->port = rd_u16(&r);
	e->spare = rd_u16(&r);
	rd_str8(&r, e->text, sizeof e->text);
	return e->failed > 1 ? ERR_PROTO : rd_result(&r);
}

size_t pack_resource(uint8_t *p, size_t cap, const struct resource_entry *e)
{
	struct wr w = wr_of(p, cap);
	unsigned i;

	wr_u32(&w, e->id);
	wr_u8(&w, e->service);
	wr_u8(&w, e->flags);
	wr_str8(&w, e->name);
	wr_str16(&w, e->detail);
	wr_u8(&w, e->nranges);
	wr_u8(&w, e->ndata);
	for (i = 0; i < e->nranges; i++) {
		wr_u16(&w, e->ranges[i].first);
		wr_u16(&w, e->ranges[i].last);
	}
	return wr_len(&w, p);
}

int unpack_resource(struct resource_entry *e, const uint8_t *p, size_t n,
		    size_t *used)
{
	struct rd r = rd_of(p, n);
	unsigned i;

	e->id = rd_u32(&r);
	e->service = rd_u8(&r);
	e->flags = rd_u8(&r);
	rd_str8(&r, e->name, sizeof e->name);
	rd_str16(&r, e->detail, sizeof e->detail);
	e->nranges = rd_u8(&r);
	e->ndata = rd_u8(&r);
	if (e->nranges > RANGE_MAX || e->ndata > e->nranges)
		r.bad = true;
	for (i = 0; i < e->nranges && !r.bad; i++) {
		e->ranges[i].first = rd_u16(&r);
		e->ranges[i].last = rd_u16(&r);
		if (!e->ranges[i].first ||
		    e->ranges[i].last < e->ranges[i].first)
			r.bad = true;
	}
	*used = (size_t)(r.p - p);
	return r.bad || !e->id || !e->name[0] ? ERR_PROTO : 0;
}

size_t pack_names(uint8_t *p, size_t cap, const struct names_entry *e)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, e->resource);
	wr_u8(&w, e->n);
	for (unsigned i = 0; i < e->n; i++)
		wr_str8(&w, e->name[i]);
	return wr_len(&w, p);
}

int unpack_names(struct names_entry *e, const uint8_t *p, size_t n,
		 size_t *used)
{
	struct rd r = rd_of(p, n);

	*e = (struct names_entry){ .resource = rd_u32(&r) };
	e->n = rd_u8(&r);
	if (!e->n || e->n > NAMES_MAX)
		return ERR_PROTO;
	for (unsigned i = 0; i < e->n; i++) {
		rd_str8(&r, e->name[i], sizeof e->name[i]);
		if (!e->name[i][0])
			return ERR_PROTO;
	}
	*used = (size_t)(r.p - p);
	return r.bad || !e->resource ? ERR_PROTO : 0;
}

static void payload_put_net(struct wr *w, const struct net *n)
{
	bool four = n->base.family == AF_INET;

	wr_u8(w, four ? 4 : 6);
	wr_u8(w, n->bits);
	wr_bytes(w, n->base.ip, four ? 4 : 16);
}

/* Bits behind the prefix are zero in a good one. */
static void payload_get_net(struct rd *r, struct net *n)
{
	bool four;
	unsigned version = rd_u8(r), len = version == 4 ? 4 : 16;
	const uint8_t *p;

	four = version == 4;
	r->bad |= version != 4 && version != 6;
	*n = (struct net){ .base.family = four ? AF_INET : AF_INET6 };
	n->bits = rd_u8(r);
	p = rd_bytes(r, len);
	if (!p || n->bits > 8 * len) {
		r->bad = true;
		return;
	}
	memcpy(n->base.ip, p, len);
	for (unsigned i = n->bits; i < 8 * len; i++)
		r->bad |= p[i / 8] >> (7 - i % 8) & 1;
}

size_t pack_addresses(uint8_t *p, size_t cap, const struct addresses_entry *e)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, e->resource);
	wr_u8(&w, e->n);
	for (unsigned i = 0; i < e->n; i++)
		payload_put_net(&w, &e->net[i]);
	return wr_len(&w, p);
}

int unpack_addresses(struct addresses_entry *e, const uint8_t *p, size_t n,
		     size_t *used)
{
	struct rd r = rd_of(p, n);

	*e = (struct addresses_entry){ .resource = rd_u32(&r) };
	e->n = rd_u8(&r);
	for (unsigned i = 0; i < e->n; i++)
		payload_get_net(&r, &e->net[i]);
	*used = (size_t)(r.p - p);
	return r.bad || !e->n || !e->resource ? ERR_PROTO : 0;
}
