/* SPDX-License-Identifier: BSD-2-Clause */
/* stub.c - answers DNS queries about names that the agent covers. */
#include "intercept/stub.h"

#include "base/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADER = 12,
	TYPE_A = 1,
	TYPE_PTR = 12,
	TYPE_AAAA = 28,
	TYPE_OPT = 41,
	TYPE_ANY = 255,
	CLASS_IN = 1,
	UDP_SIZE = 1232, /* what is said of ours in OPT; fits in any packet */
	LABEL = 63,
	WIRE_NAME = 255,
	POINTER_TO_QUESTION = 0xc000 | HEADER,
};

enum {
	RCODE_OK = 0,
	RCODE_FORMAT = 1,
	RCODE_NO_NAME = 3,
	RCODE_NOT_IMPLEMENTED = 4,
	RCODE_REFUSED = 5,
};

enum { FLAG_QR = 0x8000, FLAG_AA = 0x0400, FLAG_RD = 0x0100, FLAG_RA = 0x80 };

struct stub_query {
	uint16_t id, flags;
	char name[STUB_NAME]; /* "" where it has bytes of no host name */
	uint16_t type, class;
	const uint8_t *question; /* as it came ... */
	size_t len;              /* ... and its bytes */
	bool has_opt;
	uint8_t edns; /* the version that OPT asks for */
};

struct stub_records {
	struct wr w;
	unsigned n;
	uint32_t ttl_s;
};

static bool stub_is_host_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_';
}

/* A label at the end of the name, in lower case.  False: it has a byte that
 * stands in no host name, such as a dot. */
static bool stub_add_label(char *name, size_t *at, const uint8_t *p, size_t n)
{
	if (*at)
		name[(*at)++] = '.';
	for (size_t i = 0; i < n; i++) {
		uint8_t c = p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i];

		if (!stub_is_host_byte(c))
			return false;
		name[(*at)++] = (char)c;
	}
	name[*at] = 0;
	return true;
}

/* The name of a question, in which no pointer can stand. */
static void stub_read_name(struct rd *r, char name[STUB_NAME])
{
	const uint8_t *begin = r->p;
	size_t at = 0;
	bool good = true;

	name[0] = 0;
	for (;;) {
		uint8_t n = rd_u8(r);
		const uint8_t *p = n > LABEL ? NULL : rd_bytes(r, n);

		if (!p || r->bad || r->p - begin > WIRE_NAME) {
			r->bad = true;
			return;
		}
		if (!n)
			break;
		good = good && stub_add_label(name, &at, p, n);
	}
	if (!good)
		name[0] = 0;
}

/* OPT is the one record that a query may carry; it names the root. */
static void stub_read_opt(struct rd *r, struct stub_query *q)
{
	uint8_t name = rd_u8(r);
	uint16_t type = rd_u16(r);

	rd_u16(r);
	rd_u8(r);
	q->edns = rd_u8(r);
	q->has_opt = !r->bad && !name && type == TYPE_OPT;
}

/* The rcode that the query deserves before its name is looked at. */
static unsigned stub_read_query(struct rd *r, struct stub_query *q)
{
	uint16_t count = rd_u16(r);
	uint32_t others = rd_u32(r);
	uint16_t additional = rd_u16(r);

	q->question = r->p;
	if (q->flags & 0x7800)
		return RCODE_NOT_IMPLEMENTED;
	if (count != 1 || others)
		return RCODE_FORMAT;
	stub_read_name(r, q->name);
	q->type = rd_u16(r);
	q->class = rd_u16(r);
	if (r->bad)
		return RCODE_FORMAT;
	q->len = (size_t)(r->p - q->question);
	if (additional)
		stub_read_opt(r, q);
	return q->class == CLASS_IN ? RCODE_OK : RCODE_REFUSED;
}

/* ---- records ----------------------------------------------------------- */

static void stub_record_begin(struct stub_records *a, unsigned type, size_t len)
{
	wr_u16(&a->w, POINTER_TO_QUESTION);
	wr_u16(&a->w, type);
	wr_u16(&a->w, CLASS_IN);
	wr_u32(&a->w, a->ttl_s);
	wr_u16(&a->w, (unsigned)len);
	a->n++;
}

static void stub_add_addresses(struct stub_records *a,
			       const struct stub_query *q,
			       const struct addr *addrs, int n)
{
	for (int i = 0; i < n; i++) {
		bool four = addrs[i].family == AF_INET;
		unsigned type = four ? TYPE_A : TYPE_AAAA;
		size_t len = four ? 4 : 16;

		if (q->type != type && q->type != TYPE_ANY)
			continue;
		stub_record_begin(a, type, len);
		wr_bytes(&a->w, addrs[i].ip, len);
	}
}

/* A name without its final dot has two bytes less than its labels. */
static void stub_add_pointer(struct stub_records *a, const char *name)
{
	size_t n;

	stub_record_begin(a, TYPE_PTR, strlen(name) + 2);
	for (; *name; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		if (!n || n > LABEL)
			a->w.bad = true;
		wr_u8(&a->w, (unsigned)n);
		wr_bytes(&a->w, name, n);
	}
	wr_u8(&a->w, 0);
}

/* ---- addresses as names ------------------------------------------------ */

static bool stub_ends_in(const char *name, const char *end, size_t *len)
{
	size_t n = strlen(name), m = strlen(end);

	*len = n - m;
	return n > m && !strcmp(name + n - m, end);
}

/* "1.0.18.198" of 198.18.0.1. */
static bool stub_read_reverse4(const char *text, size_t len, struct addr *out)
{
	char copy[16];
	struct addr a;

	if (len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = 0;
	if (addr_parse(&a, copy, 0) || a.family != AF_INET)
		return false;
	*out = (struct addr){ .family = AF_INET,
			      .ip = { a.ip[3], a.ip[2], a.ip[1], a.ip[0] } };
	return true;
}

/* 32 nibbles, the last one first. */
static bool stub_read_reverse6(const char *text, size_t len, struct addr *out)
{
	static const char digits[] = "0123456789abcdef";

	if (len != 63)
		return false;
	*out = (struct addr){ .family = AF_INET6 };
	for (unsigned i = 0; i < 32; i++) {
		const char *d = strchr(digits, text[2 * i]);
		unsigned at = 31 - i;

		if (!d || !*d || (i < 31 && text[2 * i + 1] != '.'))
			return false;
		out->ip[at / 2] |= (uint8_t)((d - digits) << (at % 2 ? 0 : 4));
	}
	return true;
}

static bool stub_read_reverse(const char *name, struct addr *out)
{
	size_t len;

	if (stub_ends_in(name, ".in-addr.arpa", &len))
		return stub_read_reverse4(name, len, out);
	return stub_ends_in(name, ".ip6.arpa", &len) &&
	       stub_read_reverse6(name, len, out);
}

/* ---- the reply --------------------------------------------------------- */

/* The records of the answer.  False: nothing is known of the name. */
static bool stub_look_up(const struct stub_names *names,
			 const struct stub_query *q, struct stub_records *a)
{
	struct addr addrs[STUB_ADDRS], reverse;
	char name[STUB_NAME];
	int n;

	if (!q->name[0])
		return false;
	if (stub_read_reverse(q->name, &reverse)) {
		if (!names->name(names->ctx, &reverse, name))
			return false;
		if (q->type == TYPE_PTR || q->type == TYPE_ANY)
			stub_add_pointer(a, name);
		return true;
	}
	n = names->addresses(names->ctx, q->name, addrs);
	stub_add_addresses(a, q, addrs, n);
	return n >= 0;
}

static void stub_add_opt(struct wr *w, const struct stub_query *q)
{
	wr_u8(w, 0);
	wr_u16(w, TYPE_OPT);
	wr_u16(w, UDP_SIZE);
	wr_u8(w, q->edns ? 1 : 0); /* BADVERS: above version 0 */
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u16(w, 0);
}

static void stub_put_header(uint8_t *reply, const struct stub_query *q,
			    unsigned rcode, unsigned answers)
{
	struct wr w = wr_of(reply, HEADER);

	wr_u16(&w, q->id);
	wr_u16(&w, FLAG_QR | FLAG_AA | FLAG_RA | (q->flags & 0x7800) |
			   (q->flags & FLAG_RD) | rcode);
	wr_u16(&w, q->len ? 1 : 0);
	wr_u16(&w, answers);
	wr_u16(&w, 0);
	wr_u16(&w, q->has_opt ? 1 : 0);
}

enum stub_verdict stub_reply(const struct stub_names *names,
			     const uint8_t *query, size_t n,
			     uint8_t reply[static STUB_REPLY], size_t *len)
{
	struct rd r = rd_of(query, n);
	struct stub_query q = { .id = rd_u16(&r), .flags = rd_u16(&r) };
	struct stub_records a = { .ttl_s = names->ttl_s };
	unsigned rcode;
	bool known = true;

	*len = 0;
	if (n < HEADER || q.flags & FLAG_QR)
		return STUB_DROP;
	rcode = stub_read_query(&r, &q);
	a.w = wr_of(reply + HEADER, STUB_REPLY - HEADER);
	wr_bytes(&a.w, q.question, q.len);
	if (!rcode && !q.edns) {
		known = stub_look_up(names, &q, &a);
		rcode = known ? RCODE_OK : RCODE_NO_NAME;
	}
	if (q.has_opt)
		stub_add_opt(&a.w, &q);
	if (a.w.bad)
		return STUB_DROP;
	stub_put_header(reply, &q, rcode, a.n);
	*len = (size_t)(a.w.p - reply);
	return known ? STUB_ANSWER : STUB_ELSEWHERE;
}
