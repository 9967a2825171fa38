/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_rights.c - packets about users who have sessions. */
#include "process/msg_rights.h"

#include "base/err.h"
#include "base/wire.h"

#include <string.h>

size_t pack_msg_rights(uint8_t *p, size_t cap, const struct msg_right *q,
		       unsigned n)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, n);
	for (unsigned i = 0; i < n; i++) {
		wr_u32(&w, q[i].id);
		wr_str8(&w, q[i].user);
		wr_str8(&w, q[i].gateway);
		wr_bytes(&w, q[i].stamp, sizeof q[i].stamp);
	}
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_rights(struct msg_right *q, unsigned *n, const uint8_t *p,
		      size_t len)
{
	struct rd r = rd_of(p, len);
	const uint8_t *stamp;

	*n = rd_u8(&r);
	if (!*n || *n > RIGHTS_AT_ONCE)
		return ERR_PROTO;
	for (unsigned i = 0; i < *n; i++) {
		q[i].id = rd_u32(&r);
		rd_str8(&r, q[i].user, sizeof q[i].user);
		rd_str8(&r, q[i].gateway, sizeof q[i].gateway);
		stamp = rd_bytes(&r, STAMP_LEN);
		if (stamp)
			memcpy(q[i].stamp, stamp, STAMP_LEN);
	}
	return rd_is_done(&r) ? 0 : ERR_PROTO;
}

size_t pack_msg_rights_are(uint8_t *p, size_t cap,
			   const struct msg_rights_are *a)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, a->verdict);
	wr_str16(&w, a->groups);
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_rights_are(struct msg_rights_are *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	a->verdict = rd_u8(&r);
	if (a->verdict >= RIGHTS_VERDICTS)
		r.bad = true;
	rd_str16(&r, a->groups, sizeof a->groups);
	return rd_is_done(&r) ? 0 : ERR_PROTO;
}
