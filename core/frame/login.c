/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - packs and unpacks the payloads of LOGIN, PROMPT, ANSWER, RESULT,
 * ATTACH and GOAWAY. */
#include "frame/payload.h"

#include "frame/pack.h"

static const char *const leave[LEAVE_COUNT] = {
	[LEAVE_NONE] = "closed",
	[LEAVE_DENIED] = "wrong user or password",
	[LEAVE_UNKNOWN] = "no such session",
	[LEAVE_PROOF] = "wrong proof",
	[LEAVE_KICKED] = "ended by the administrator",
	[LEAVE_EXPIRED] = "session lifetime is over",
	[LEAVE_LOGOUT] = "logged out",
	[LEAVE_SHUTDOWN] = "shutting down",
	[LEAVE_PROTOCOL] = "protocol violation",
	[LEAVE_LIMIT] = "too many sessions",
	[LEAVE_BUSY] = "busy",
	[LEAVE_IDLE] = "idle",
	[LEAVE_RIGHTS] =
		"the user was removed or locked, or has another password",
	[LEAVE_TRIES] = "too many tries",
	[LEAVE_CHANGE] = "the password cannot be changed",
};

const char *leave_str(unsigned l)
{
	return l < LEAVE_COUNT ? leave[l] : "unknown reason";
}

size_t pack_login(uint8_t *p, size_t cap, const struct login *l)
{
	struct wr w = wr_of(p, cap);

	wr_str8(&w, l->user);
	wr_str8(&w, l->agent);
	if (l->change)
		wr_u64(&w, l->keep);
	return wr_len(&w, p);
}

static struct rd login_read(struct login *l, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	*l = (struct login){ .change = false };
	rd_str8(&r, l->user, sizeof l->user);
	rd_str8(&r, l->agent, sizeof l->agent);
	return r;
}

int unpack_login(struct login *l, const uint8_t *p, size_t n)
{
	struct rd r = login_read(l, p, n);

	return rd_result(&r);
}

int unpack_login_change(struct login *l, const uint8_t *p, size_t n)
{
	struct rd r = login_read(l, p, n);

	l->change = true;
	l->keep = rd_u64(&r);
	return rd_result(&r);
}

size_t pack_prompt(uint8_t *p, size_t cap, const struct prompt *q)
{
	struct wr w = wr_of(p, cap);
	unsigned i;

	wr_str8(&w, q->info);
	wr_u8(&w, q->n);
	for (i = 0; i < q->n; i++) {
		wr_u8(&w, q->ask[i].echo);
		wr_str8(&w, q->ask[i].text);
	}
	return wr_len(&w, p);
}

int unpack_prompt(struct prompt *q, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned i;

	*q = (struct prompt){ 0 };
	rd_str8(&r, q->info, sizeof q->info);
	q->n = rd_u8(&r);
	if (q->n > PROMPT_MAX)
		return ERR_PROTO;
	for (i = 0; i < q->n; i++) {
		q->ask[i].echo = rd_u8(&r);
		rd_str8(&r, q->ask[i].text, sizeof q->ask[i].text);
	}
	return rd_result(&r);
}

size_t pack_answer(uint8_t *p, size_t cap, const struct answer *a)
{
	struct wr w = wr_of(p, cap);
	unsigned i;

	wr_u8(&w, a->n);
	for (i = 0; i < a->n; i++)
		wr_str16(&w, a->text[i]);
	return wr_len(&w, p);
}

int unpack_answer(struct answer *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned i;

	*a = (struct answer){ 0 };
	a->n = rd_u8(&r);
	if (a->n > PROMPT_MAX)
		return ERR_PROTO;
	for (i = 0; i < a->n; i++)
		rd_str16(&r, a->text[i], sizeof a->text[i]);
	return rd_result(&r);
}

size_t pack_profile(uint8_t *p, size_t cap, const struct profile *v)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, v->marker);
	wr_u64(&w, v->session);
	wr_bytes(&w, v->secret, sizeof v->secret);
	wr_u8(&w, v->flags);
	wr_u32(&w, v->resume_grace);
	wr_u32(&w, v->lifetime);
	wr_str8(&w, v->gateway);
	return wr_len(&w, p);
}

int unpack_profile(struct profile *v, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	const uint8_t *secret;

	*v = (struct profile){ 0 };
	v->marker = rd_u32(&r);
	v->session = rd_u64(&r);
	secret = rd_bytes(&r, sizeof v->secret);
	if (secret)
		memcpy(v->secret, secret, sizeof v->secret);
	v->flags = rd_u8(&r);
	v->resume_grace = rd_u32(&r);
	v->lifetime = rd_u32(&r);
	rd_str8(&r, v->gateway, sizeof v->gateway);
	return rd_result(&r);
}

size_t pack_attach(uint8_t *p, size_t cap, const struct attach *a)
{
	struct wr w = wr_of(p, cap);

	wr_u64(&w, a->session);
	wr_u32(&w, a->generation);
	wr_u64(&w, a->count);
	wr_bytes(&w, a->proof, sizeof a->proof);
	return wr_len(&w, p);
}

int unpack_attach(struct attach *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	const uint8_t *proof;

	*a = (struct attach){ 0 };
	a->session = rd_u64(&r);
	a->generation = rd_u32(&r);
	a->count = rd_u64(&r);
	proof = rd_bytes(&r, sizeof a->proof);
	if (proof)
		memcpy(a->proof, proof, sizeof a->proof);
	return rd_result(&r);
}

size_t pack_goodbye(uint8_t *p, size_t cap, const struct goodbye *g)
{
	struct wr w = wr_of(p, cap);

	wr_u16(&w, g->leave);
	wr_u32(&w, g->wait_ms);
	wr_str8(&w, g->text);
	return wr_len(&w, p);
}

int unpack_goodbye(struct goodbye *g, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	g->leave = rd_u16(&r);
	g->wait_ms = rd_u32(&r);
	rd_str8(&r, g->text, sizeof g->text);
	return rd_result(&r);
}
