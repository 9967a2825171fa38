/* SPDX-License-Identifier: BSD-2-Clause */
/* towers.c - finds the ports in an answer of the endpoint mapper. */
#include "towers.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	HANDLE = 20, /* of the lookup, ahead of the towers */
	TCP = 7,     /* protocol identifiers of floors */
	IP = 9,
	FLOORS_MAX = 16,
};

/* What is still to be read; a field that is not there sets `bad`. */
struct ndr {
	uint8_t *start, *p, *end;
	bool bad;
};

static uint8_t *ndr_take(struct ndr *r, size_t n)
{
	uint8_t *p = r->p;

	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return p;
}

static void ndr_align(struct ndr *r, size_t to)
{
	size_t over = (size_t)(r->p - r->start) % to;

	if (over)
		(void)ndr_take(r, to - over);
}

static uint16_t ndr_u16(struct ndr *r)
{
	const uint8_t *p = ndr_take(r, 2);

	return p ? le16(p) : 0;
}

static uint32_t ndr_u32(struct ndr *r)
{
	const uint8_t *p = ndr_take(r, 4);

	return p ? le32(p) : 0;
}

/* A count, which has no more than 32 bits in use. */
static uint32_t ndr_count(struct ndr *r, unsigned word)
{
	uint32_t low;

	ndr_align(r, word);
	low = ndr_u32(r);
	if (word > 4)
		r->bad |= ndr_u32(r) != 0;
	return low;
}

/* The two halves of a floor, each with its length in front. */
static void towers_read_floor(struct ndr *r, struct tower *t)
{
	size_t nleft = ndr_u16(r), nright;
	const uint8_t *left = ndr_take(r, nleft);
	uint8_t *right;

	nright = ndr_u16(r);
	right = ndr_take(r, nright);
	if (r->bad || nleft != 1)
		return;
	if (*left == TCP && nright == 2)
		t->port = right;
	else if (*left == IP && nright == 4)
		t->ip = right;
}

static void towers_read_one(struct ndr *r, struct towers *t, unsigned word)
{
	struct tower found = { 0 };
	struct ndr in = { 0 };
	uint32_t len;
	unsigned floors;

	(void)ndr_count(r, word);
	len = ndr_u32(r);
	in.start = in.p = ndr_take(r, len);
	if (!in.p)
		return;
	in.end = in.p + len;
	floors = ndr_u16(&in);
	for (unsigned i = 0; i < floors && i < FLOORS_MAX; i++)
		towers_read_floor(&in, &found);
	r->bad |= in.bad || floors > FLOORS_MAX;
	if (found.port)
		t->tower[t->n++] = found;
}

/* Handle, number, an array: its size, its first index, how many there are, a
 * pointer to each, and then what these point to. */
bool towers_find(struct towers *t, size_t from, size_t to, unsigned word)
{
	struct ndr r = { t->bytes + from, t->bytes + from, t->bytes + to,
			 false };
	bool there[TOWERS_MAX];
	uint32_t n;

	(void)ndr_take(&r, HANDLE);
	(void)ndr_u32(&r);
	(void)ndr_count(&r, word);
	(void)ndr_count(&r, word);
	n = ndr_count(&r, word);
	if (n > TOWERS_MAX)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t low;

		ndr_align(&r, word);
		low = ndr_u32(&r);
		if (word > 4)
			low |= ndr_u32(&r);
		there[i] = low;
	}
	t->n = 0;
	for (uint32_t i = 0; i < n && !r.bad; i++)
		if (there[i])
			towers_read_one(&r, t, word);
	return !r.bad;
}

uint16_t tower_port(const struct tower *t)
{
	return (uint16_t)(t->port[0] << 8 | t->port[1]);
}

void tower_set(struct tower *t, const struct adit_addr *to)
{
	t->port[0] = (uint8_t)(to->port >> 8);
	t->port[1] = (uint8_t)to->port;
	/* Not an IPv4 address: it stays. */
	if (t->ip)
		(void)!inet_pton(AF_INET, to->host, t->ip);
}
