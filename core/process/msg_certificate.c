/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_certificate.c - packs and unpacks what monitor and checker say about a
 * client's certificate. */
#include "process/msg_certificate.h"

#include "base/err.h"
#include "base/wire.h"

static size_t certificate_len(const struct wr *w, const uint8_t *p)
{
	return w->bad ? 0 : (size_t)(w->p - p);
}

size_t pack_msg_certificate(uint8_t *p, size_t cap,
			    const struct msg_certificate *c)
{
	struct wr w = wr_of(p, cap);

	wr_u64(&w, c->bundle);
	wr_u8(&w, c->from);
	wr_u32(&w, c->crl_grace);
	wr_str8(&w, c->prefix);
	wr_str8(&w, c->suffix);
	return certificate_len(&w, p);
}

int unpack_msg_certificate(struct msg_certificate *c, const uint8_t *p,
			   size_t n)
{
	struct rd r = rd_of(p, n);

	c->bundle = rd_u64(&r);
	c->from = rd_u8(&r);
	c->crl_grace = rd_u32(&r);
	rd_str8(&r, c->prefix, sizeof c->prefix);
	rd_str8(&r, c->suffix, sizeof c->suffix);
	return rd_is_done(&r) && c->from < CLIENT_NAMES ? 0 : ERR_PROTO;
}

size_t pack_client_answer(uint8_t *p, size_t cap, const struct client_answer *a)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, a->verdict);
	wr_str16(&w, a->user);
	wr_bytes(&w, a->id, sizeof a->id);
	wr_u64(&w, a->until);
	wr_str16(&w, a->subject);
	return certificate_len(&w, p);
}

int unpack_client_answer(struct client_answer *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	const uint8_t *id;

	*a = (struct client_answer){ .verdict = rd_u8(&r) };
	rd_str16(&r, a->user, sizeof a->user);
	id = rd_bytes(&r, sizeof a->id);
	if (id)
		memcpy(a->id, id, sizeof a->id);
	a->until = rd_u64(&r);
	rd_str16(&r, a->subject, sizeof a->subject);
	/* A good one has a name. */
	if (!rd_is_done(&r) || a->verdict >= CLIENT_VERDICTS ||
	    (a->verdict == CLIENT_GOOD) != (a->user[0] != 0))
		return ERR_PROTO;
	return 0;
}

int pack_client_bundle(struct buf *out, const char *ca_pem, const char *crl_pem)
{
	int r = buf_append(out, ca_pem, strlen(ca_pem) + 1);

	if (!r && crl_pem)
		r = buf_append(out, crl_pem, strlen(crl_pem) + 1);
	return r;
}

int unpack_client_bundle(struct buf *b, const char **ca_pem,
			 const char **crl_pem)
{
	const char *p = (const char *)buf_ptr(b);
	size_t n = buf_len(b), first = n ? strnlen(p, n) : 0;

	*ca_pem = *crl_pem = NULL;
	if (!n || first == n || p[n - 1])
		return ERR_PROTO;
	*ca_pem = p;
	if (first + 1 < n)
		*crl_pem = p + first + 1;
	return 0;
}
