/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_pam.c - packets between the monitor and a process that talks with PAM. */
#include "process/msg_pam.h"

#include "base/err.h"
#include "base/wire.h"

#include <string.h>

size_t pack_msg_pam(uint8_t *p, size_t cap, const struct msg_pam *a)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, a->mode);
	wr_str8(&w, a->user);
	wr_str8(&w, a->host);
	wr_u8(&w, a->asks);
	wr_str16(&w, a->password);
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_pam(struct msg_pam *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint8_t asks;

	a->mode = rd_u8(&r);
	if (a->mode >= TALK_MODES)
		r.bad = true;
	rd_str8(&r, a->user, sizeof a->user);
	rd_str8(&r, a->host, sizeof a->host);
	asks = rd_u8(&r);
	if (asks > 1)
		r.bad = true;
	a->asks = asks == 1;
	rd_str16(&r, a->password, sizeof a->password);
	return rd_is_done(&r) ? 0 : ERR_PROTO;
}

size_t pack_msg_pam_done(uint8_t *p, size_t cap, const struct msg_pam_done *a)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, a->verdict);
	wr_str16(&w, a->groups);
	wr_str8(&w, a->stage ? a->stage : "");
	wr_str8(&w, a->why);
	return w.bad ? 0 : (size_t)(w.p - p);
}

int unpack_msg_pam_done(struct msg_pam_done *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	a->verdict = rd_u8(&r);
	if (a->verdict >= TALK_VERDICTS)
		r.bad = true;
	rd_str16(&r, a->groups, sizeof a->groups);
	rd_str8(&r, a->where, sizeof a->where);
	rd_str8(&r, a->why, sizeof a->why);
	a->stage = a->where;
	return rd_is_done(&r) ? 0 : ERR_PROTO;
}
