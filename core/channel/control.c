/* SPDX-License-Identifier: BSD-2-Clause */
/* control.c - packs control frames, that is all but DATA and FIN, into the
 * log. */
#include "channel/chan.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

static bool control_put(struct chan *c, unsigned command, unsigned flags,
			const void *payload, size_t len)
{
	struct slog *log = &c->s->log;
	size_t room;
	uint8_t *p = slog_room(log, FRAME_HEADER + len, &room);

	if (!p) {
		session_fail(c->s, "out of memory");
		return false;
	}
	chan_put_header(p, c, command, flags, len);
	if (len)
		memcpy(p + FRAME_HEADER, payload, len);
	slog_commit(log, FRAME_HEADER + len);
	return true;
}

static bool control_number(struct chan *c)
{
	/* An id is used once in a session, so after the last one it ends. */
	if (c->s->next_own == UINT32_MAX) {
		session_fail(c->s, "out of channel ids");
		return false;
	}
	c->own_id = c->s->next_own++;
	if (!map_put(&c->s->by_own, c->own_id, c))
		return true;
	c->own_id = 0;
	session_fail(c->s, "out of memory");
	return false;
}

static void control_pack_open(struct chan *c)
{
	unsigned flags = (c->real ? FLAG_REAL : 0) |
			 (c->check ? FLAG_CHECK : 0);

	if (!control_number(c) ||
	    !control_put(c, FRAME_OPEN, flags, c->arg.open, c->open_len))
		return;
	free(c->arg.open);
	c->arg.open = NULL;
	c->state = CHAN_WAITING;
	if (c->ready)
		sched_add(c);
}

static void control_pack_opened(struct chan *c)
{
	struct opened o = {
		.credit = (uint32_t)MIN(c->granted, UINT32_MAX),
		.local = *c->arg.local,
	};
	uint8_t p[64];
	size_t n = pack_opened(p, sizeof p, &o);

	if (!control_number(c) || !control_put(c, FRAME_OPENED, 0, p, n))
		return;
	free(c->arg.local);
	c->arg.local = NULL;
	c->state = CHAN_OPEN;
	if (c->ready)
		sched_add(c);
	chan_check_end(c);
}

static void control_pack_window(struct chan *c, unsigned flags, uint64_t limit)
{
	uint8_t p[8];

	control_put(c, FRAME_WINDOW, flags, p, pack_u64(p, sizeof p, limit));
}

static void control_pack_reset(struct chan *c)
{
	struct reset r = { .reason = c->reason };
	uint8_t p[2 + TEXT_MAX];

	if (c->arg.text) {
		size_t n = MIN(strlen(c->arg.text), sizeof r.text - 1);

		memcpy(r.text, c->arg.text, n);
		r.text[n] = 0;
	}
	control_put(c, FRAME_CLOSE, FLAG_RESET, p, pack_reset(p, sizeof p, &r));
	if (c->closed_told)
		chan_free(c);
}

/* Packs every frame that one channel owes. */
static void control_pack_owed(struct chan *c)
{
	unsigned owes = c->owes;

	c->owes = 0;
	list_remove(&c->owing);
	if (owes & OWE_OPEN)
		control_pack_open(c);
	if (owes & OWE_OPENED)
		control_pack_opened(c);
	if (owes & OWE_WINDOW && c->state != CHAN_DEAD)
		control_pack_window(c, 0, c->granted);
	if (owes & OWE_RETURN)
		control_put(c, FRAME_WINDOW, FLAG_RETURN, NULL, 0);
	if (owes & OWE_RETURNED)
		control_pack_window(c, FLAG_RETURNED, c->limit);
	if (owes & OWE_RESET)
		control_pack_reset(c);
}

static void control_pack_post(struct session *s, struct post *post)
{
	size_t n = FRAME_HEADER + (size_t)post->len, room;
	uint8_t *p = slog_room(&s->log, n, &room);
	struct frame f = {
		.command = post->command,
		.flags = post->flags,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = s->marker,
		.client_id = post->client_id,
		.server_id = post->server_id,
		.len = post->len,
	};

	if (!p) {
		session_fail(s, "out of memory");
		return;
	}
	frame_pack(p, &f);
	memcpy(p + FRAME_HEADER, post->data, post->len);
	slog_commit(&s->log, n);
	list_remove(&post->node);
	s->nposts--;
	free(post);
}

void session_wake(struct session *s)
{
	if (!s->unhurried)
		s->later_us = UINT64_MAX;
	if (s->ops->wake)
		s->ops->wake(s);
}

bool control_waits(const struct session *s)
{
	return !list_is_empty(&s->posts) || !list_is_empty(&s->owing);
}

bool control_pack(struct session *s)
{
	if (session_log_is_full(s, 1))
		return false;
	if (!list_is_empty(&s->posts))
		control_pack_post(s, list_first(&s->posts, struct post, node));
	else if (!list_is_empty(&s->owing))
		control_pack_owed(list_first(&s->owing, struct chan, owing));
	else
		return false;
	return !s->failed;
}
