/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_page.c - the messages about web pages, to bytes and back. */
#include "process/msg_page.h"

#include "base/err.h"
#include "base/wire.h"

size_t pack_msg_page_conn(uint8_t *p, size_t cap, const struct msg_page_conn *c)
{
	struct wr w = wr_of(p, cap);
	char at[ADDR_TEXT];

	wr_u32(&w, c->gateway);
	wr_str8(&w, addr_str(&c->source, at));
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_page_conn(struct msg_page_conn *c, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	char at[ADDR_TEXT];

	c->gateway = rd_u32(&r);
	rd_str8(&r, at, sizeof at);
	return rd_is_done(&r) && !addr_parse_port(&c->source, at) ? 0 :
								    ERR_PROTO;
}

size_t pack_msg_page_ask(uint8_t *p, size_t cap, const struct msg_page_ask *a)
{
	struct wr w = wr_of(p, cap);

	if (a->n > PROMPT_MAX)
		return 0;
	wr_u32(&w, a->conn);
	wr_u8(&w, a->what);
	wr_bytes(&w, a->token, sizeof a->token);
	wr_bytes(&w, a->csrf, sizeof a->csrf);
	wr_bytes(&w, a->login, sizeof a->login);
	wr_str8(&w, a->user);
	wr_u8(&w, a->n);
	for (unsigned i = 0; i < a->n; i++)
		wr_str16(&w, a->text[i]);
	return w.bad ? 0 : (size_t)(w.p - p);
}

static void rd_token(struct rd *r, uint8_t token[PAGE_TOKEN])
{
	const uint8_t *p = rd_bytes(r, PAGE_TOKEN);

	if (p)
		memcpy(token, p, PAGE_TOKEN);
	else
		memset(token, 0, PAGE_TOKEN);
}

int unpack_msg_page_ask(struct msg_page_ask *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	memset(a, 0, sizeof *a);
	a->conn = rd_u32(&r);
	a->what = rd_u8(&r);
	rd_token(&r, a->token);
	rd_token(&r, a->csrf);
	rd_token(&r, a->login);
	rd_str8(&r, a->user, sizeof a->user);
	a->n = rd_u8(&r);
	if (a->what >= PAGE_WHATS || a->n > PROMPT_MAX) {
		a->n = 0;
		return ERR_PROTO;
	}
	for (unsigned i = 0; i < a->n; i++)
		rd_str16(&r, a->text[i], sizeof a->text[i]);
	return rd_is_done(&r) ? 0 : ERR_PROTO;
}
