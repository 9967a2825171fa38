/* SPDX-License-Identifier: BSD-2-Clause */
/* code.c - payloads of CODE_WANTED, CODE and CODE_IS. */
#include "frame/code.h"

#include "base/err.h"
#include "base/wire.h"
#include "frame/pack.h"

size_t pack_code_wanted(uint8_t *p, size_t cap, const struct code_wanted *c)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, c->wait_ms);
	wr_str8(&w, c->resource);
	return wr_len(&w, p);
}

int unpack_code_wanted(struct code_wanted *c, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	c->wait_ms = rd_u32(&r);
	rd_str8(&r, c->resource, sizeof c->resource);
	return rd_is_done(&r) && c->resource[0] ? 0 : ERR_PROTO;
}

size_t pack_code(uint8_t *p, size_t cap, const char *code)
{
	struct wr w = wr_of(p, cap);

	wr_str8(&w, code);
	return wr_len(&w, p);
}

int unpack_code(char code[CODE_MAX], const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	rd_str8(&r, code, CODE_MAX);
	return rd_is_done(&r) && code[0] ? 0 : ERR_PROTO;
}

size_t pack_code_is(uint8_t *p, size_t cap, const struct code_is *c)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, c->state);
	wr_u32(&w, c->wait_ms);
	wr_str8(&w, c->text);
	return wr_len(&w, p);
}

int unpack_code_is(struct code_is *c, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	c->state = rd_u8(&r);
	c->wait_ms = rd_u32(&r);
	rd_str8(&r, c->text, sizeof c->text);
	return rd_result(&r);
}
