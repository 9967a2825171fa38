/* SPDX-License-Identifier: BSD-2-Clause */
/* requests.c - reads the start of a request to a Kafka broker. */
#include "requests.h"

enum {
	LENGTH = 4,
	FIXED = 14,        /* up to the length of the client's name */
	CLIENT_MAX = 1024, /* bytes of a name; of a transactional id */
	API_MAX = 1023,    /* for request_follows */
	VERSION_MAX = 63,
	TOKENS_MAX = 16, /* ids that clients count for bare tokens */
};

static unsigned u16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

/* Reads on in a request, of which n bytes are there. */
struct request_reader {
	const uint8_t *p;
	size_t n, pos;
	uint64_t end; /* of the request */
	bool more, bad;
};

static void step(struct request_reader *r, size_t n)
{
	if (r->bad || r->more)
		return;
	r->bad = n > CLIENT_MAX || r->pos + n > r->end;
	r->more = !r->bad && r->pos + n > r->n;
	if (!r->bad && !r->more)
		r->pos += n;
}

/* A varint of up to 2 bytes. */
static unsigned varint(struct request_reader *r)
{
	unsigned v;

	step(r, 1);
	if (r->bad || r->more)
		return 0;
	v = r->p[r->pos - 1];
	if (v < 0x80)
		return v;
	step(r, 1);
	if (r->bad || r->more)
		return 0;
	r->bad = r->p[r->pos - 1] >= 0x80;
	return (v & 0x7f) | (unsigned)r->p[r->pos - 1] << 7;
}

/* Reads the tags, the transactional id and acks of a Produce.  Where they are
 * too long, the reply passes unseen as if there were none. */
static enum request_result read_produce(struct request *r,
					struct request_reader *at)
{
	unsigned n;

	for (n = varint(at); n && !at->bad && !at->more; n--) {
		varint(at);
		step(at, varint(at));
	}
	n = varint(at);
	step(at, n ? n - 1 : 0);
	step(at, 2);
	if (at->more)
		return REQUEST_MORE;
	r->unanswered = at->bad || !u16(at->p + at->pos - 2);
	r->head = at->pos;
	return REQUEST_OK;
}

enum request_result request_read(struct request *r, const uint8_t *p, size_t n)
{
	struct request_reader at = { .p = p, .n = n, .pos = FIXED };
	unsigned client;

	*r = (struct request){ .layout = NO_LAYOUT };
	if (n < LENGTH)
		return REQUEST_MORE;
	if (p[0] & 0x80)
		return REQUEST_BAD;
	r->len = at.end = (uint64_t)LENGTH + kafka_u32(p);
	if (r->len < FIXED)
		return REQUEST_NONE;
	if (n < FIXED)
		return REQUEST_MORE;
	r->head = FIXED;
	r->api = (int)u16(p + 4);
	r->version = (int)u16(p + 6);
	r->id = kafka_u32(p + 8);
	client = u16(p + 12);
	step(&at, client == UINT16_MAX ? 0 : client);
	if (at.more)
		return REQUEST_MORE;
	r->layout = layout_find(r->api, r->version);
	if (at.bad) {
		r->unanswered = r->api == PRODUCE;
		return REQUEST_OK;
	}
	r->client = (const char *)p + FIXED;
	r->nclient = at.pos - FIXED;
	r->head = at.pos;
	if (r->api == PRODUCE && r->layout != NO_LAYOUT)
		return read_produce(r, &at);
	return REQUEST_OK;
}

bool request_matters(const struct request *r)
{
	if (r->layout != NO_LAYOUT)
		return !r->unanswered;
	return request_is_bare(r) || request_is_newer(r);
}

bool request_follows(const struct request *r, uint32_t id)
{
	return r->api <= API_MAX && r->version <= VERSION_MAX && r->client &&
	       r->id - id - 1 < TOKENS_MAX;
}

bool request_is_bare(const struct request *r)
{
	return r->api == SASL_HANDSHAKE && !r->version;
}

bool request_is_newer(const struct request *r)
{
	int newest = layout_newest(r->api);

	return newest >= 0 && r->version > newest;
}
