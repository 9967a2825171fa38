/* SPDX-License-Identifier: BSD-2-Clause */
/* chan.c - the life of one channel: how it is made and answered, takes bytes
 * and ends. */
#include "channel/credit.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 16384 }; /* of a backlog, where there is a limit */

/* It has no credit yet: without line_begin it can only be refused. */
struct chan *chan_make_bare(struct session *s, uint8_t service)
{
	struct chan *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->s = s;
	c->service = service;
	c->limit = CREDIT_START;
	c->opened_us = c->active_us = s->now;
	list_init(&c->owing);
	list_init(&c->turn);
	list_init(&c->line);
	list_init(&c->paused);
	list_init(&c->all);
	list_append(&s->chans, &c->all);
	s->nchans++;
	return c;
}

void chan_free(struct chan *c)
{
	struct session *s = c->s;

	list_remove(&c->all);
	list_remove(&c->owing);
	list_remove(&c->turn);
	list_remove(&c->paused);
	line_leave(c);
	if (c->own_id)
		map_del(&s->by_own, c->own_id);
	if (c->peer_id && !c->mine)
		map_del(&s->by_peer, c->peer_id);
	buf_fini(&c->backlog);
	free(c->arg.open);
	if (c->counted)
		s->ops->less(s);
	free(c);
	s->nchans--;
}

const char *chan_count(struct chan *c, bool must)
{
	const struct session_ops *ops = c->s->ops;
	const char *why = ops->more ? ops->more(c->s, must) : NULL;

	c->counted = ops->more && !why;
	return why;
}

void chan_owe(struct chan *c, unsigned what)
{
	c->owes |= (uint8_t)what;
	if (list_is_empty(&c->owing))
		list_append(&c->s->owing, &c->owing);
	session_wake(c->s);
}

/* Most of those who connect say something at once, and it goes with OPEN. */
static void chan_owe_open(struct chan *c)
{
	struct session *s = c->s;

	if (!s->ops->wake_later) {
		chan_owe(c, OWE_OPEN);
		return;
	}
	c->owes |= OWE_OPEN;
	list_append(&s->held, &c->owing);
	s->ops->wake_later(s);
}

int chan_keep_open(struct chan *c, const void *p, size_t n)
{
	c->arg.open = malloc(n);
	if (!c->arg.open)
		return ERR_NOMEM;
	memcpy(c->arg.open, p, n);
	c->open_len = (uint16_t)n;
	return 0;
}

void chan_ask_owner(struct chan *c)
{
	struct open o;
	int ret = unpack_open(&o, c->arg.open, c->open_len);

	free(c->arg.open);
	c->arg.open = NULL;
	if (ret) {
		chan_reset(c, REASON_INTERNAL, "malformed OPEN");
		return;
	}
	o.real = c->real;
	o.check = c->check;
	c->s->ops->open(c->s, c, &o);
}

struct chan *chan_open(struct session *s, const struct chan_ops *ops, void *end,
		       uint8_t service, const struct open *o)
{
	struct open copy = *o;
	uint8_t packed[FRAME_PAYLOAD_MAX];
	struct chan *c;
	size_t n;

	if (s->failed || s->nchans >= s->max_channels)
		return NULL;
	copy.credit = CREDIT_START;
	n = pack_open(packed, sizeof packed, &copy);
	c = n ? chan_make_bare(s, service) : NULL;
	if (!c)
		return NULL;
	if (chan_keep_open(c, packed, n)) {
		chan_free(c);
		return NULL;
	}
	if (chan_count(c, false)) {
		chan_free(c);
		return NULL;
	}
	c->mine = true;
	c->real = o->real;
	c->check = o->check;
	c->state = CHAN_OPENING;
	c->ops = ops;
	c->end = end;
	if (line_begin(c))
		chan_owe_open(c);
	return c;
}

void chan_attach(struct chan *c, const struct chan_ops *ops, void *end)
{
	c->ops = ops;
	c->end = end;
}

void chan_accept(struct chan *c, const struct addr *local)
{
	if (c->state != CHAN_ASKED)
		return;
	c->arg.local = malloc(sizeof *local);
	if (!c->arg.local) {
		chan_reset(c, REASON_INTERNAL, "out of memory");
		return;
	}
	*c->arg.local = *local;
	c->state = CHAN_ANSWERING;
	chan_owe(c, OWE_OPENED);
}

void chan_kill(struct chan *c, unsigned reason, const char *text, bool tell)
{
	struct session *s = c->s;
	bool known = c->state != CHAN_OPENING;

	if (c->state == CHAN_DEAD)
		return;
	free(c->arg.open);
	c->arg.text = text && *text ? strdup(text) : NULL;
	c->reason = (uint16_t)reason;
	c->state = CHAN_DEAD;
	c->owes = 0;
	list_remove(&c->owing);
	list_remove(&c->turn);
	list_remove(&c->paused);
	line_leave(c);
	if (tell && known)
		chan_owe(c, OWE_RESET);
	buf_fini(&c->backlog);
	credit_release(c);
	list_move(&s->dead, &c->all);
	session_wake(s);
}

/* The peer has closed what it is still to be told of.
 * Otherwise who opens and closes without reading would have refusals pile up:
 * they have no room in a log that nobody acknowledges. */
void chan_spare_reset(struct chan *c)
{
	if (c->closed_told)
		return;
	c->owes = 0;
	list_remove(&c->owing);
}

void chan_reset(struct chan *c, unsigned reason, const char *text)
{
	chan_kill(c, reason ? reason : REASON_INTERNAL, text, true);
}

/* The peer knows it from the two FINs, so no further frame is sent. */
void chan_check_end(struct chan *c)
{
	if (c->state == CHAN_OPEN && c->fin_out && c->finished)
		chan_kill(c, REASON_NONE, NULL, false);
}

void chan_put_header(uint8_t *at, const struct chan *c, unsigned command,
		     unsigned flags, size_t len)
{
	bool agent = c->s->role == ROLE_AGENT;
	struct frame f = {
		.command = (uint8_t)command,
		.service = c->service,
		.flags = (uint8_t)flags,
		.protocol = PROTOCOL_TCP,
		.marker = c->s->marker,
		.client_id = agent ? c->own_id : c->peer_id,
		.server_id = agent ? c->peer_id : c->own_id,
		.len = (uint16_t)len,
	};

	frame_pack(at, &f);
}

static void chan_broken(struct chan *c)
{
	chan_reset(c, REASON_PEER_RESET, NULL);
}

static size_t chan_iov_len(const struct iovec *iov, int n)
{
	size_t sum = 0;

	while (n-- > 0)
		sum += iov[n].iov_len;
	return sum;
}

/* Appends what the local end did not take to the backlog. */
static void chan_keep_rest(struct chan *c, const struct iovec *iov, int n,
			   size_t taken)
{
	for (; n > 0; iov++, n--) {
		size_t skip = MIN(taken, iov->iov_len);

		taken -= skip;
		if (buf_append(&c->backlog, (uint8_t *)iov->iov_base + skip,
			       iov->iov_len - skip)) {
			chan_reset(c, REASON_INTERNAL, "out of memory");
			return;
		}
	}
}

/* Whether the session's limit lets the local end have more bytes now.  False:
 * the channel waits for session_fed; before those that have had a turn where
 * nothing of it has waited before, as of a short request beside transfers. */
static bool chan_may_write(struct chan *c)
{
	struct session *s = c->s;

	if (allowance_has(s->may_write))
		return true;
	if (list_is_empty(&c->paused))
		list_append(buf_len(&c->backlog) ? &s->paused : s->paused.next,
			    &c->paused);
	s->ops->spent(s);
	return false;
}

/* The local end has taken so many bytes. */
static void chan_took(struct chan *c, size_t n)
{
	allowance_use(c->s->may_write, n);
	if (!c->ops->counts)
		credit_consumed(c, n);
}

void chan_deliver(struct chan *c, const struct iovec *iov, int n, bool urgent)
{
	size_t len = chan_iov_len(iov, n);
	ssize_t taken = 0;

	if (c->state == CHAN_DEAD)
		return;
	if (urgent)
		c->urgent = c->received;
	if (c->ops && !buf_len(&c->backlog) && chan_may_write(c)) {
		taken = c->ops->write(c, iov, n, urgent);
		if (taken == ERR_AGAIN)
			taken = 0;
		if (taken < 0) {
			chan_broken(c);
			return;
		}
		if (taken)
			chan_took(c, (size_t)taken);
	}
	if ((size_t)taken < len)
		chan_keep_rest(c, iov, n, (size_t)taken);
}

/* Writes the backlog up to an urgent byte, or all of it; not much more than a
 * limit allows. */
static ssize_t chan_push_backlog(struct chan *c)
{
	uint64_t at = c->received - buf_len(&c->backlog);
	bool urgent = c->urgent > at;
	struct iovec iov = { buf_ptr(&c->backlog), buf_len(&c->backlog) };

	if (urgent)
		iov.iov_len = (size_t)(c->urgent - at);
	if (c->s->may_write && iov.iov_len > PIECE) {
		iov.iov_len = PIECE;
		urgent = false;
	}
	return c->ops->write(c, &iov, 1, urgent);
}

/* Writes a part of the backlog, with a limit, or all of it.  False: it does not
 * go on now. */
static bool chan_push(struct chan *c)
{
	ssize_t n = chan_push_backlog(c);

	if (n == 0 || n == ERR_AGAIN)
		return false;
	if (n < 0) {
		chan_broken(c);
		return false;
	}
	buf_take(&c->backlog, (size_t)n);
	chan_took(c, (size_t)n);
	return true;
}

/* There is no backlog any more.  The write may have ended the channel. */
static void chan_pushed(struct chan *c)
{
	if (c->state != CHAN_DEAD && c->fin_in && !c->finished) {
		c->finished = true;
		c->ops->finish(c);
		chan_check_end(c);
	}
}

void chan_writable(struct chan *c)
{
	if (c->state == CHAN_DEAD || !c->ops)
		return;
	while (buf_len(&c->backlog))
		if (!chan_may_write(c) || !chan_push(c))
			return;
	chan_pushed(c);
}

/* The limit of the session lets it write a piece; with more, it waits again. */
static void chan_fed(struct chan *c)
{
	if (c->state == CHAN_DEAD || !c->ops)
		return;
	if (buf_len(&c->backlog) && !chan_push(c))
		return;
	if (!buf_len(&c->backlog))
		chan_pushed(c);
	else if (c->state != CHAN_DEAD && list_is_empty(&c->paused))
		list_append(&c->s->paused, &c->paused);
}

/* In turns, a piece each: a channel with much to write is behind all others
 * again. */
void session_fed(struct session *s)
{
	while (!list_is_empty(&s->paused) && allowance_has(s->may_write)) {
		struct chan *c = list_first(&s->paused, struct chan, paused);

		list_remove(&c->paused);
		chan_fed(c);
	}
	if (!list_is_empty(&s->paused))
		s->ops->spent(s);
	if (!list_is_empty(&s->fresh) || !list_is_empty(&s->busy))
		session_wake(s);
}

void chan_readable(struct chan *c)
{
	bool urgent;

	if (c->state == CHAN_DEAD || c->ready)
		return;
	if (c->fin_out) {
		/* We have read its FIN: only an error can still come. */
		ssize_t n = c->ops->read(c, NULL, 0, &urgent);

		if (n < 0 && n != ERR_AGAIN)
			chan_broken(c);
		return;
	}
	c->ready = true;
	sched_add(c);
	/* An OPENED in no hurry waits for this. */
	if (c->state == CHAN_ANSWERING)
		session_wake(c->s);
}

void *chan_end(const struct chan *c)
{
	return c->end;
}

struct session *chan_session(const struct chan *c)
{
	return c->s;
}

struct chan_info chan_info(const struct chan *c)
{
	bool agent = c->s->role == ROLE_AGENT;

	return (struct chan_info){
		.client_id = agent ? c->own_id : c->peer_id,
		.server_id = agent ? c->peer_id : c->own_id,
		.service = c->service,
		.is_open = c->state == CHAN_OPEN,
		.is_dead = c->state == CHAN_DEAD,
		.sent = c->sent,
		.received = c->received,
		.kept = c->received - c->consumed - buf_len(&c->backlog),
		.opened_us = c->opened_us,
		.active_us = c->active_us,
	};
}
