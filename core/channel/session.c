/* SPDX-License-Identifier: BSD-2-Clause */
/* session.c - one end of a session: its life, its tunnels, the order of what it
 * sends. */
#include "channel/credit.h"

#include "base/err.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TARGET_START = 65536,
	LATER_US = 2000, /* for which a frame waits for company */
};

struct session *session_new(const struct session_conf *conf,
			    const struct session_ops *ops, void *owner)
{
	struct session *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->role = conf->role;
	s->marker = conf->marker;
	s->max_channels = conf->max_channels ? conf->max_channels :
					       SESSION_CHANNELS;
	s->memory = conf->memory ? conf->memory : SESSION_MEMORY;
	s->budget.limit = s->memory / 2;
	s->budget.up = conf->budget;
	s->ops = ops;
	s->owner = owner;
	s->target = TARGET_START;
	s->next_own = 1;
	s->sweep_us = s->rest_us = s->later_us = UINT64_MAX;
	frame_reader_init(&s->reader);
	session_log_init(s);
	list_init(&s->posts);
	list_init(&s->asides);
	list_init(&s->owing);
	list_init(&s->held);
	list_init(&s->fresh);
	list_init(&s->busy);
	list_init(&s->chans);
	list_init(&s->dead);
	list_init(&s->early);
	list_init(&s->hungry);
	list_init(&s->paused);
	return s;
}

/* Frees the frames of one command, or all (-1); returns how many. */
static unsigned session_drop_posts(struct list *posts, int command)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, posts) {
		struct post *p = list_entry(n, struct post, node);

		if (command >= 0 && p->command != command)
			continue;
		list_remove(&p->node);
		free(p);
		count++;
	}
	return count;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	session_drop_all(s, REASON_LOST);
	session_reap(s);
	session_drop_posts(&s->posts, -1);
	session_drop_posts(&s->asides, -1);
	frame_reader_fini(&s->reader);
	session_log_fini(s);
	map_fini(&s->by_own);
	map_fini(&s->by_peer);
	free(s);
}

/* ---- what goes to the peer ----------------------------------------------- */

static bool session_ack_is_due(const struct session *s)
{
	uint64_t n = s->processed - s->ack_sent;

	return n >= ACK_EVERY || (n && s->now - s->ack_since >= ACK_DELAY_US);
}

/* Before ATTACHED only frames of the owner may be sent. */
static bool session_small_waits(const struct session *s)
{
	return !list_is_empty(&s->asides) ||
	       (s->attached &&
		(s->pong_due || s->ping_due || session_ack_is_due(s)));
}

static size_t session_small_number(struct session *s, unsigned command,
				   uint64_t v)
{
	struct frame f = {
		.command = (uint8_t)command,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = s->marker,
		.len = 8,
	};

	frame_pack(s->small, &f);
	return FRAME_HEADER + pack_u64(s->small + FRAME_HEADER, 8, v);
}

static size_t session_small_aside(struct session *s)
{
	struct post *a = list_first(&s->asides, struct post, node);
	struct frame f = {
		.command = a->command,
		.flags = a->flags,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = s->marker,
		.len = a->len,
	};
	size_t n = FRAME_HEADER + (size_t)a->len;

	frame_pack(s->small, &f);
	memcpy(s->small + FRAME_HEADER, a->data, a->len);
	list_remove(&a->node);
	free(a);
	return n;
}

/* Packs one frame that does not go through the log; ACK goes first. */
static size_t session_small_next(struct session *s)
{
	if (!s->attached)
		return session_small_aside(s);
	if (session_ack_is_due(s)) {
		s->ack_sent = s->processed;
		return session_small_number(s, FRAME_ACK, s->processed);
	}
	if (s->pong_due) {
		s->pong_due = false;
		return session_small_number(s, FRAME_PONG, s->pong_value);
	}
	/* ATTACHED may be among those, and the peer hears nothing before it. */
	if (s->ping_due && list_is_empty(&s->asides)) {
		s->ping_due = false;
		s->ping_us = s->now;
		return session_small_number(s, FRAME_PING, s->now);
	}
	return session_small_aside(s);
}

/* All that waits was queued without hurry, a moment ago. */
static bool session_is_unhurried(const struct session *s)
{
	return s->later_us != UINT64_MAX && s->now < s->later_us;
}

void session_unhurried(struct session *s, bool on)
{
	bool idle = list_is_empty(&s->fresh) && list_is_empty(&s->busy) &&
		    !control_waits(s) && s->log.sent == s->log.end;

	s->unhurried = on;
	if (on && idle)
		s->later_us = s->now + LATER_US;
}

static bool session_has_hurried(const struct session *s)
{
	return control_waits(s) || !list_is_empty(&s->fresh);
}

bool session_hurries(const struct session *s)
{
	return session_small_waits(s) ||
	       (s->attached && !session_is_unhurried(s) &&
		(session_has_hurried(s) ||
		 s->log.sent < MIN(s->hurried, s->log.end)));
}

/* Packs one frame more, or the frames of one read.  DATA never overtakes a
 * control frame that waits: a line of FTP that names a port must not arrive
 * before the EXPECT for that port. */
static bool session_pack(struct session *s, bool only_hurried)
{
	bool hurries = session_has_hurried(s), packed;

	if (only_hurried && !hurries)
		return false;
	packed = control_waits(s) ? control_pack(s) : sched_data(s);
	if (packed && hurries)
		s->hurried = s->log.end;
	return packed;
}

static bool session_record(struct session *s, struct iovec *record,
			   bool only_hurried)
{
	struct slog *log = &s->log;
	/* On a slow network even one full record would be a long queue. */
	size_t most = MIN(FRAME_MAX, s->target);

	if (s->failed)
		return false;
	if (session_small_waits(s)) {
		s->later_us = UINT64_MAX;
		*record = (struct iovec){ s->small, session_small_next(s) };
		return true;
	}
	if (!s->attached || session_is_unhurried(s))
		return false;
	while (log->end - log->sent < most && session_pack(s, only_hurried))
		;
	return !s->failed && slog_next(log, record);
}

bool session_next(struct session *s, struct iovec *record)
{
	return session_record(s, record, false);
}

bool session_next_hurried(struct session *s, struct iovec *record)
{
	return session_record(s, record, true);
}

void session_limit(struct session *s, struct allowance *into,
		   struct allowance *out_of)
{
	s->may_send = into;
	s->may_write = out_of;
}

uint64_t session_deadline(const struct session *s)
{
	uint64_t at = s->rest_us;

	if (s->attached && s->processed > s->ack_sent)
		at = MIN(at, s->ack_since + ACK_DELAY_US);
	if (s->attached)
		at = MIN(at, s->later_us);
	if (s->nchans)
		at = MIN(at, s->sweep_us);
	if (line_stands(s))
		at = MIN(at, s->line_us);
	return at;
}

void session_release(struct session *s)
{
	list_splice(&s->owing, &s->held);
	session_wake(s);
}

void session_tick(struct session *s)
{
	if (s->now >= s->sweep_us)
		credit_sweep(s);
	if (line_stands(s) && s->now >= s->line_us)
		line_move(s);
	if (s->now >= s->later_us)
		s->later_us = UINT64_MAX;
	if (s->now >= s->rest_us) {
		s->rest_us = UINT64_MAX;
		session_log_rest(s);
	}
}

static void session_bury(struct session *s)
{
	struct list *n, *t, todo;

	/* ops->closed may end further channels. */
	while (!list_is_empty(&s->dead)) {
		list_init(&todo);
		list_splice(&todo, &s->dead);
		list_each (n, t, &todo) {
			struct chan *c = list_entry(n, struct chan, all);

			c->closed_told = true;
			list_remove(&c->all);
			if (c->ops)
				c->ops->closed(c, c->reason, c->arg.text);
			if (!(c->owes & OWE_RESET))
				chan_free(c);
		}
	}
}

void session_reap(struct session *s)
{
	session_bury(s);
	/* The memory of the dead channels is free now, so channels that waited
	 * for memory may begin; and one that has just begun may end at once. */
	while (line_stands(s) && line_move(s))
		session_bury(s);
}

int session_post(struct session *s, uint8_t command, uint8_t flags,
		 struct chan *about, const struct iovec *payload)
{
	size_t len = payload ? payload->iov_len : 0;
	struct post *p;

	if (len > FRAME_PAYLOAD_MAX)
		return ERR_LIMIT;
	p = malloc(sizeof *p + len);
	if (!p)
		return ERR_NOMEM;
	*p = (struct post){ .command = command,
			    .flags = flags,
			    .len = (uint16_t)len };
	if (len)
		memcpy(p->data, payload->iov_base, len);
	if (about) {
		struct chan_info i = chan_info(about);

		p->client_id = i.client_id;
		p->server_id = i.server_id;
	}
	if (!frame_is_logged(command)) {
		if (len > sizeof s->small - FRAME_HEADER) {
			free(p);
			return ERR_LIMIT;
		}
		session_drop_posts(&s->asides, command);
		list_append(&s->asides, &p->node);
		session_wake(s);
		return 0;
	}
	if (command == FRAME_RESOURCES && flags & FLAG_FIRST)
		s->nposts -= session_drop_posts(&s->posts, FRAME_RESOURCES) +
			     session_drop_posts(&s->posts, FRAME_NAMES) +
			     session_drop_posts(&s->posts, FRAME_ADDRESSES);
	if (s->nposts >= MAX_POSTS) {
		free(p);
		return ERR_LIMIT; /* the peer asks, and never reads */
	}
	s->nposts++;
	list_append(&s->posts, &p->node);
	session_wake(s);
	return 0;
}

void session_ping(struct session *s)
{
	if (s->ping_out)
		return;
	s->ping_out = s->ping_due = true;
	s->ping_us = s->now;
	session_wake(s);
}

/* ---- tunnels come and go ------------------------------------------------- */

void session_drop_all(struct session *s, unsigned reason)
{
	struct list *n, *t;

	list_each (n, t, &s->chans)
		chan_kill(list_entry(n, struct chan, all), reason, NULL, false);
	/* Dead channels only waited for their CLOSE to be sent. */
	list_each (n, t, &s->owing) {
		struct chan *c = list_entry(n, struct chan, owing);

		c->owes = 0;
		list_remove(&c->owing);
		if (c->closed_told)
			chan_free(c);
	}
}

void session_detach(struct session *s)
{
	input_flush(s);
	s->attached = false;
	s->ping_due = s->ping_out = s->pong_due = false;
	session_drop_posts(&s->asides, -1);
	frame_reader_fini(&s->reader);
	frame_reader_init(&s->reader);
}

static void session_begin_anew(struct session *s)
{
	session_drop_all(s, REASON_LOST);
	s->nposts -= session_drop_posts(&s->posts, -1);
	session_log_fini(s);
	s->processed = 0;
}

void session_forget(struct session *s)
{
	session_begin_anew(s);
	s->forgotten = true;
}

int session_attach(struct session *s, bool fresh, uint64_t peer_count)
{
	if (fresh) {
		session_begin_anew(s);
	} else {
		if (slog_ack(&s->log, peer_count))
			return session_fail(s, "impossible count of log bytes");
		s->resent += s->log.sent - s->log.base;
		slog_rewind(&s->log);
	}
	s->ack_sent = s->processed;
	s->heard = s->now;
	s->attached = true;
	session_wake(s);
	return 0;
}

void session_stood_still(struct session *s, uint64_t us)
{
	struct list *n, *t;

	list_each (n, t, &s->chans) {
		struct chan *c = list_entry(n, struct chan, all);

		c->active_us = MIN(c->active_us + us, s->now);
	}
}

void session_each(struct session *s, void (*fn)(struct chan *, void *),
		  void *arg)
{
	struct list *n, *t;

	list_each (n, t, &s->chans)
		fn(list_entry(n, struct chan, all), arg);
}
