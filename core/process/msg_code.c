/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_code.c - packets about the one-time codes of users who have sessions. */
#include "process/msg_code.h"

#include "base/err.h"
#include "base/wire.h"

#include <string.h>

size_t pack_msg_code(uint8_t *p, size_t cap, const struct msg_code *m)
{
	struct wr w = wr_of(p, cap);
	char at[ADDR_TEXT];

	wr_str8(&w, m->who.user);
	wr_str8(&w, m->who.gateway);
	wr_bytes(&w, m->who.stamp, sizeof m->who.stamp);
	wr_str8(&w, addr_str(&m->source, at));
	wr_str8(&w, m->code);
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_code(struct msg_code *m, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	const uint8_t *stamp;
	char at[ADDR_TEXT];

	*m = (struct msg_code){ .who.id = 0 };
	rd_str8(&r, m->who.user, sizeof m->who.user);
	rd_str8(&r, m->who.gateway, sizeof m->who.gateway);
	stamp = rd_bytes(&r, STAMP_LEN);
	if (stamp)
		memcpy(m->who.stamp, stamp, STAMP_LEN);
	rd_str8(&r, at, sizeof at);
	rd_str8(&r, m->code, sizeof m->code);
	return rd_is_done(&r) && !addr_parse_port(&m->source, at) ? 0 :
								    ERR_PROTO;
}

size_t pack_msg_code_is(uint8_t *p, size_t cap, const struct msg_code_is *m)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, m->verdict);
	wr_u32(&w, m->wait_ms);
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_code_is(struct msg_code_is *m, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	m->verdict = rd_u8(&r);
	m->wait_ms = rd_u32(&r);
	return rd_is_done(&r) && m->verdict < CODE_VERDICTS ? 0 : ERR_PROTO;
}
