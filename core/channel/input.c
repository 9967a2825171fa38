/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - reads the frames of the peer and gives them to their channels.
 *
 * DATA is not copied.  Successive DATA frames of one channel are collected as
 * pieces of the caller's plaintext and given to the local end with one call. */
#include "channel/credit.h"

#include "base/err.h"

#include <stdlib.h>

static uint32_t input_own_id(const struct session *s, const struct frame *f)
{
	return s->role == ROLE_AGENT ? f->client_id : f->server_id;
}

static uint32_t input_peer_id(const struct session *s, const struct frame *f)
{
	return s->role == ROLE_AGENT ? f->server_id : f->client_id;
}

void input_flush(struct session *s)
{
	struct chan *c = s->cur;

	s->cur = NULL;
	if (c && s->nbatch)
		chan_deliver(c, s->batch, s->nbatch, false);
	s->nbatch = 0;
}

/* Finds the channel whose ids stand in a header.  0 with *c, which is NULL for
 * a channel that has ended; or ERR_PROTO for ids that were never used. */
static int input_find(struct session *s, const struct frame *f, struct chan **c)
{
	uint32_t own = input_own_id(s, f), peer = input_peer_id(s, f);

	*c = NULL;
	if (own) {
		if (own >= s->next_own)
			return session_fail(s, "%s for channel %u, never made",
					    frame_name(f->command), own);
		*c = map_get(&s->by_own, own);
		if (!*c || (*c)->peer_id == peer)
			return 0;
		/* The opener learns the answerer's id from OPENED alone. */
		if ((*c)->mine && !(*c)->peer_id && f->command == FRAME_OPENED)
			return 0;
		return session_fail(s, "%s for ids %u and %u, no pair",
				    frame_name(f->command), own, peer);
	}
	if (!peer || peer > s->top_peer)
		return session_fail(s, "%s for channel %u, never opened",
				    frame_name(f->command), peer);
	*c = map_get(&s->by_peer, peer);
	return 0;
}

static int input_new(struct session *s, const struct frame *f, const uint8_t *p)
{
	uint32_t peer = input_peer_id(s, f);
	const char *why;
	struct open o;
	struct chan *c;

	if (input_own_id(s, f) || peer <= s->top_peer)
		return session_fail(s, "OPEN with id %u, used before", peer);
	if (unpack_open(&o, p, f->len))
		return session_fail(s, "malformed OPEN");
	s->top_peer = peer;
	if (s->nchans >= 2 * s->max_channels)
		return session_fail(s, "too many channels asked for");
	c = chan_make_bare(s, f->service);
	if (!c)
		return session_fail(s, "out of memory");
	c->state = CHAN_ASKED;
	c->peer_id = peer;
	c->limit = o.credit;
	c->real = o.real = f->flags & FLAG_REAL;
	c->check = o.check = f->flags & FLAG_CHECK;
	if (map_put(&s->by_peer, peer, c)) {
		c->peer_id = 0;
		chan_kill(c, REASON_INTERNAL, NULL, false);
		return session_fail(s, "out of memory");
	}
	why = s->nchans > s->max_channels ? "too many channels" :
					    chan_count(c, false);
	if (!why)
		why = line_turn(c);
	if (why)
		chan_reset(c, REASON_LIMIT, why);
	else if (line_begin(c))
		s->ops->open(s, c, &o);
	else if (chan_keep_open(c, p, f->len))
		chan_reset(c, REASON_INTERNAL, "out of memory");
	return 0;
}

static int input_opened(struct chan *c, const struct frame *f, const uint8_t *p)
{
	struct session *s = c->s;
	struct opened o;

	if (unpack_opened(&o, p, f->len) || !input_peer_id(s, f))
		return session_fail(s, "malformed OPENED");
	if (c->state == CHAN_DEAD) {
		/* Until the peer hears of the end, it names both ids. */
		c->peer_id = input_peer_id(s, f);
		return 0;
	}
	if (c->state != CHAN_WAITING)
		return session_fail(s, "OPENED for a channel that is open");
	c->peer_id = input_peer_id(s, f);
	c->state = CHAN_OPEN;
	credit_on_limit(c, o.credit);
	if (c->ops->opened)
		c->ops->opened(c, &o);
	chan_check_end(c);
	return 0;
}

static int input_data(struct chan *c, const struct frame *f, const uint8_t *p)
{
	struct session *s = c->s;
	struct iovec piece = { (void *)(uintptr_t)p, f->len };

	if (c->fin_in)
		return session_fail(s, "DATA behind FIN");
	if (c->mine && c->state == CHAN_WAITING)
		return session_fail(s, "DATA before OPENED");
	c->received += f->len;
	s->bytes_in += f->len;
	if (c->state == CHAN_DEAD)
		return 0;
	if (c->received > c->granted)
		return session_fail(s, "DATA over the credit of channel %u",
				    c->own_id ? c->own_id : c->peer_id);
	c->active_us = s->now;
	if (!f->len)
		return 0;
	if (f->flags & FLAG_URGENT) {
		input_flush(s);
		chan_deliver(c, &piece, 1, true);
		return 0;
	}
	if (s->cur != c || s->nbatch == BATCH)
		input_flush(s);
	s->cur = c;
	s->batch[s->nbatch++] = piece;
	return 0;
}

static int input_close(struct chan *c, const struct frame *f, const uint8_t *p)
{
	struct reset r = { 0 };

	if (f->flags == FLAG_FIN && !f->len) {
		if (c->fin_in)
			return session_fail(c->s, "a second FIN");
		c->fin_in = true;
		chan_writable(c);
		return 0;
	}
	if (f->flags != FLAG_RESET || unpack_reset(&r, p, f->len))
		return session_fail(c->s, "malformed CLOSE");
	if (c->state == CHAN_DEAD) {
		chan_spare_reset(c);
		return 0;
	}
	chan_kill(c, r.reason ? r.reason : REASON_PEER_RESET, r.text, false);
	return 0;
}

static int input_window(struct chan *c, const struct frame *f, const uint8_t *p)
{
	uint64_t limit = 0;

	if (f->flags == FLAG_RETURN && !f->len)
		return c->state == CHAN_DEAD ? 0 : credit_on_return(c);
	if (unpack_u64(&limit, p, f->len) ||
	    (f->flags && f->flags != FLAG_RETURNED))
		return session_fail(c->s, "malformed WINDOW");
	if (c->state == CHAN_DEAD)
		return 0;
	if (f->flags == FLAG_RETURNED)
		return credit_on_returned(c, limit);
	credit_on_limit(c, limit);
	return 0;
}

static int input_ack(struct session *s, const struct frame *f, const uint8_t *p)
{
	uint64_t count;

	if (unpack_u64(&count, p, f->len) || slog_ack(&s->log, count))
		return session_fail(s, "ACK of what was never sent");
	session_log_acked(s);
	if (!slog_held(&s->log))
		s->rest_us = s->now + REST_US;
	return 0;
}

static int input_ping(struct session *s, const struct frame *f,
		      const uint8_t *p)
{
	uint64_t value;

	if (unpack_u64(&value, p, f->len))
		return session_fail(s, "malformed %s", frame_name(f->command));
	if (f->command == FRAME_PING) {
		s->pong_value = value;
		s->pong_due = true;
	} else if (s->ping_out && value == s->ping_us) {
		s->ping_out = false;
		session_set_rtt(s, (uint32_t)MIN(s->now - value, UINT32_MAX));
	}
	return 0;
}

static int input_channel(struct session *s, const struct frame *f,
			 const uint8_t *p)
{
	struct chan *c;
	int ret = input_find(s, f, &c);

	if (ret || !c)
		return ret;
	if (f->command != FRAME_DATA)
		input_flush(s);
	switch (f->command) {
	case FRAME_OPENED:
		return input_opened(c, f, p);
	case FRAME_DATA:
		return input_data(c, f, p);
	case FRAME_CLOSE:
		return input_close(c, f, p);
	default:
		return input_window(c, f, p);
	}
}

/* Frames that belong to no channel; some name one. */
static int input_other(struct session *s, const struct frame *f,
		       const uint8_t *p)
{
	struct chan *about = NULL;

	input_flush(s);
	if ((f->client_id || f->server_id) && input_find(s, f, &about))
		return ERR_PROTO;
	if (about && about->state == CHAN_DEAD)
		about = NULL;
	return s->ops->frame(s, f, p, about);
}

static int input_frame(struct session *s, const struct frame *f,
		       const uint8_t *p)
{
	if (f->command >= FRAME_UNKNOWN)
		return 0;
	if (f->marker != s->marker)
		return session_fail(s, "another user's marker");
	if (!s->attached && f->command != FRAME_ATTACHED)
		return session_fail(s, "%s before ATTACHED",
				    frame_name(f->command));
	switch (f->command) {
	case FRAME_OPEN:
		input_flush(s);
		return input_new(s, f, p);
	case FRAME_OPENED:
	case FRAME_DATA:
	case FRAME_CLOSE:
	case FRAME_WINDOW:
		return input_channel(s, f, p);
	case FRAME_ACK:
		return input_ack(s, f, p);
	case FRAME_PING:
	case FRAME_PONG:
		return input_ping(s, f, p);
	case FRAME_EXPECT:
	case FRAME_EXPECTED:
	case FRAME_CANCEL:
	case FRAME_RESOURCES:
	case FRAME_NAMES:
	case FRAME_ADDRESSES:
	case FRAME_PUBLISH:
	case FRAME_PUBLISHED:
	case FRAME_CODE_WANTED:
	case FRAME_CODE:
	case FRAME_CODE_IS:
	case FRAME_ATTACHED:
	case FRAME_GOAWAY:
		return input_other(s, f, p);
	default:
		return session_fail(s, "%s inside a session",
				    frame_name(f->command));
	}
}

int session_input(struct session *s, const uint8_t *p, size_t n)
{
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;
	int ret;

	if (s->failed)
		return ERR_PROTO;
	s->heard = s->now;
	frame_input(&s->reader, p, n);
	while ((ret = frame_next(&s->reader, &f, &payload, &why)) > 0) {
		ret = input_frame(s, &f, payload);
		if (ret)
			break;
		s->forgotten = false;
		if (frame_is_logged(f.command)) {
			if (s->processed == s->ack_sent)
				s->ack_since = s->now;
			s->processed += FRAME_HEADER + (uint64_t)f.len;
		}
		/* The reader uses the memory of a gathered frame again. */
		if (s->reader.part)
			input_flush(s);
	}
	if (ret < 0 && !s->failed)
		session_fail(s, "%s", why ? why : err_str(ret));
	return s->failed ? ERR_PROTO : 0;
}

void session_input_done(struct session *s)
{
	input_flush(s);
}
