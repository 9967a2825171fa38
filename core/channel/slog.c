/* SPDX-License-Identifier: BSD-2-Clause */
/* slog.c - the session log of one direction. */
#include "channel/slog.h"

#include "base/err.h"
#include "frame/frame.h"

#include <stdlib.h>

/* A busy session uses and drops many chunks while it waits for one ACK.  Memory
 * that is given back to the kernel meanwhile costs 16 page faults a chunk. */
enum { SPARES = 16 };

struct slog_chunk {
	struct slog_chunk *next;
	uint32_t len;
	uint8_t data[SLOG_CHUNK];
};

void slog_init(struct slog *l)
{
	*l = (struct slog){ 0 };
}

static void slog_free(struct slog_chunk *c)
{
	struct slog_chunk *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
}

void slog_fini(struct slog *l)
{
	slog_free(l->first);
	slog_free(l->spare);
	slog_init(l);
}

static struct slog_chunk *slog_chunk_new(struct slog *l)
{
	struct slog_chunk *c = l->spare;

	if (c) {
		l->spare = c->next;
		l->nspare--;
	} else {
		c = malloc(sizeof *c);
	}
	if (!c)
		return NULL;
	c->next = NULL;
	c->len = 0;
	return c;
}

uint8_t *slog_room(struct slog *l, size_t least, size_t *room)
{
	struct slog_chunk *c = l->last;

	if (!c || SLOG_CHUNK - c->len < least) {
		c = slog_chunk_new(l);
		if (!c)
			return NULL;
		if (l->last)
			l->last->next = c;
		else
			l->first = l->at = c;
		if (!l->last)
			l->first_off = l->at_off = 0;
		l->last = c;
	}
	*room = SLOG_CHUNK - c->len;
	return c->data + c->len;
}

void slog_commit(struct slog *l, size_t n)
{
	l->last->len += (uint32_t)n;
	l->end += n;
}

bool slog_next(struct slog *l, struct iovec *record)
{
	struct slog_chunk *c = l->at;
	size_t n = 0, len;

	if (l->sent == l->end)
		return false;
	while (l->at_off == c->len) {
		c = l->at = c->next;
		l->at_off = 0;
	}
	while (l->at_off + n < c->len) {
		len = frame_size(c->data + l->at_off + n);
		if (n + len > FRAME_MAX)
			break;
		n += len;
	}
	*record = (struct iovec){ c->data + l->at_off, n };
	l->at_off += (uint32_t)n;
	l->sent += n;
	return true;
}

/* Everything in the first chunk is acknowledged.  If it is the only one it is
 * kept, empty: a busy session would allocate it again at once. */
static void slog_drop_first(struct slog *l)
{
	struct slog_chunk *c = l->first;

	if (!c->next) {
		c->len = l->first_off = l->at_off = 0;
		return;
	}
	l->first = c->next;
	l->first_off = 0;
	if (l->at == c) {
		l->at = l->first;
		l->at_off = 0;
	}
	if (l->nspare == SPARES) {
		free(c);
		return;
	}
	c->next = l->spare;
	l->spare = c;
	l->nspare++;
}

int slog_ack(struct slog *l, uint64_t count)
{
	size_t len;

	if (count < l->base || count > l->sent)
		return ERR_PROTO;
	while (l->base < count) {
		if (l->first_off == l->first->len) {
			slog_drop_first(l);
			continue;
		}
		len = frame_size(l->first->data + l->first_off);
		if (l->base + len > count)
			return ERR_PROTO;
		l->base += len;
		l->first_off += (uint32_t)len;
	}
	if (l->first && l->first_off == l->first->len)
		slog_drop_first(l);
	return 0;
}

void slog_rewind(struct slog *l)
{
	l->sent = l->base;
	l->at = l->first;
	l->at_off = l->first_off;
}

void slog_rest(struct slog *l)
{
	slog_free(l->spare);
	l->spare = NULL;
	l->nspare = 0;
	if (l->base == l->end && l->first) {
		free(l->first);
		l->first = l->last = l->at = NULL;
		l->first_off = l->at_off = 0;
	}
}

/* ---- to another process -------------------------------------------------- */

static void slog_held_leave(struct handover *c, const struct slog *l)
{
	uint32_t off = l->first_off;

	for (const struct slog_chunk *k = l->first; k; k = k->next, off = 0)
		handover_bytes(c, (void *)(uintptr_t)(k->data + off),
			       k->len - off);
}

/* Receives one frame, and finds the place of `sent` if that is behind it. */
static void slog_frame_arrives(struct handover *c, struct slog *l,
			       uint64_t sent)
{
	size_t room, n = rd_left(&c->in) < FRAME_HEADER ? SIZE_MAX :
							  frame_size(c->in.p);
	uint8_t *p = n > FRAME_MAX ? NULL : slog_room(l, n, &room);

	if (!p) {
		c->bad = true;
		return;
	}
	handover_bytes(c, p, n);
	slog_commit(l, c->bad ? 0 : n);
	if (l->end == sent) {
		l->at = l->last;
		l->at_off = l->last->len;
	}
}

static void slog_held_arrive(struct handover *c, struct slog *l, uint64_t sent,
			     uint64_t end)
{
	l->sent = l->end = l->base;
	while (!c->bad && l->end < end)
		slog_frame_arrives(c, l, sent);
	/* The counts are no ends of frames. */
	if (l->end != end || sent > end || sent < l->base ||
	    (sent > l->base && l->at == l->first && !l->at_off)) {
		c->bad = true;
		return;
	}
	l->sent = sent;
}

void slog_handover(struct handover *c, struct slog *l)
{
	uint64_t sent = l->sent, end = l->end;

	handover_field(c, &l->base);
	handover_field(c, &sent);
	handover_field(c, &end);
	if (c->packing)
		slog_held_leave(c, l);
	else
		slog_held_arrive(c, l, sent, end);
}
